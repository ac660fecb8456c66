import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { engineClock } from './clock';
import { serveLocally, type LocalOptions } from './serve-locally';

export function addLocal(program: Command, context: CliContext, finish: Finish): void {
  const local = program
    .command('local')
    .description('serve synthesized stacks on this machine, without Docker and without an AWS account')
    .argument('<assembly>', 'a cloud assembly (cdk.out) or one template file')
    .option('--port <port>', 'port of the first API, the others take the next (default: any free port)')
    .option('--parameter <name=value...>', 'value of a template parameter')
    .option('--watch', 'load the assembly again after each synth; connections and data stay')
    .option('--data <directory>', 'keep the tables there from one run to the next (default: in memory only)')
    .option('--dynamodb <url>', 'use a DynamoDB that runs already, for example DynamoDB Local')
    .option('--clock <instant>', 'begin at this instant: ISO 8601, or days from now (3d)')
    .option('--key-delay <seconds>', 'how long a new API Gateway key takes to be honoured (default: 0)')
    .option('--secret <name=value...>', 'value of a secret, by name, ARN, logical id or construct path')
    .option('--env <name=value...>', 'environment variable of every function, in place of its own')
    .option('--trace', 'tell of each request how it was decided, step by step')
    .option('--access-log <file>', 'append the access logs of the stages to a file, or - to print them')
    .option('--strict', 'refuse to start when something in the stacks is not imitated')
    .option('--json', 'print JSON lines: first the APIs, then each request')
    .addHelpText(
      'after',
      `
Examples:
  $ npx cdk synth --quiet && paywall local cdk.out
  $ paywall local cdk.out --port 4000
  $ paywall local template.json --parameter Stage=dev --json
  $ paywall local cdk.out --watch --data .paywall/data
  $ paywall local cdk.out --trace
  $ paywall local cdk.out --access-log access.log
  $ paywall local cdk.out --clock 3d
  $ paywall local clock +3d                (in another terminal of the same directory)`,
    )
    .action(async (assembly: string, options: LocalOptions) =>
      finish(await serveLocally(assembly, options, context)),
    );
  addClock(local, context, finish);
}

function addClock(local: Command, context: CliContext, finish: Finish): void {
  local
    .command('clock')
    .description('show or move the clock of the engine that runs for this directory')
    .argument('[move]', 'how far (+3d) or to which instant (2030-12-01T00:00:00Z)')
    // `-1d` is a move to be explained, not an option nobody knows.
    .allowUnknownOption()
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The clock moves for the gateway, the services and the functions, those that run included, and forwards only.
Units are s, m, h, d and w. Instants are ISO 8601, in UTC when they name no zone.

Examples:
  $ paywall local clock
  $ paywall local clock +90m
  $ paywall local clock 2030-12-01`,
    )
    .action(async (move: string | undefined) => finish(await engineClock(move, context)));
}
