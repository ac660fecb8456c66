import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { serveLocally, type LocalOptions } from './serve-locally';

export function addLocal(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('local')
    .description('serve synthesized stacks on this machine, without Docker and without an AWS account')
    .argument('<assembly>', 'a cloud assembly (cdk.out) or one template file')
    .option('--port <port>', 'port of the first API, the others take the next (default: any free port)')
    .option('--parameter <name=value...>', 'value of a template parameter')
    .option('--strict', 'refuse to start when something in the stacks is not imitated')
    .option('--json', 'print JSON lines: first the APIs, then each request')
    .addHelpText(
      'after',
      `
Examples:
  $ npx cdk synth --quiet && paywall local cdk.out
  $ paywall local cdk.out --port 4000
  $ paywall local template.json --parameter Stage=dev --json`,
    )
    .action(async (assembly: string, options: LocalOptions) =>
      finish(await serveLocally(assembly, options, context)),
    );
}
