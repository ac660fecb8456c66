import { Command, type CommanderError } from 'commander';
import { addAccounts } from './accounts';
import { addCredits } from './credits';
import { addKeys } from './keys';
import { addLocal } from './local';
import { addQuickstart } from './quickstart';
import { addUsageKeys } from './usage-keys';
import { addUsage } from './usage';
import type { CliContext } from './context';
import { CliError } from './errors';
import type { CommandResult } from './message';
import { errorMessage, generalMessages } from './messages/general';
import { addWebhook } from './webhook';

/** Runs one command and hands its result over; `bin/` turns what is sent into text and exit codes. */
export type Finish = (result: CommandResult) => void;

/**
 * Runs a command line.
 *
 * @param argv arguments after the name of the program
 * @returns exit code: 0 done, 1 not done, 2 wrong input
 * @throws what nobody expected: a fault of ours
 */
export async function run(argv: readonly string[], version: string, context: CliContext): Promise<number> {
  let exitCode = 0;
  const finish: Finish = ({ message, exitCode: code }) => {
    context.output.send(message);
    exitCode = code;
  };
  try {
    await buildProgram(version, context, finish).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof ParsingEnd) return endOfParsing(error, context);
    const expected = asExpected(error);
    if (expected === undefined) throw error;
    context.output.send(errorMessage(expected));
    return expected.exitCode;
  }
}

function buildProgram(version: string, context: CliContext, finish: Finish): Command {
  const program = new Command('paywall')
    .description('a paywall in front of any API on AWS: run it here, look after its accounts and keys')
    .version(version, '-V, --version', 'print the version')
    .showSuggestionAfterError(true)
    .helpCommand('help [command]', 'show how a command is used')
    .addHelpText(
      'after',
      `
Examples:
  $ paywall quickstart                     see a 401, a 402, a 200 and a 429 on this machine
  $ paywall local cdk.out                  serve your own synthesized stacks
  $ paywall accounts create acme --plan pro
  $ paywall keys create acme --label ci
  $ paywall webhook trigger payment-fails-then-recovers
  $ paywall accounts show acme --stack Api --region eu-west-1`,
    );
  addQuickstart(program, context, finish);
  addLocal(program, context, finish);
  addAccounts(program, context, finish);
  addCredits(program, context, finish);
  addKeys(program, context, finish);
  addUsage(program, context, finish);
  addWebhook(program, context, finish);
  addUsageKeys(program, context, finish);
  quietly(program, context);
  return program;
}

/** What the parser ends with, help and version included, and the command whose help says what is right. */
class ParsingEnd extends Error {
  constructor(
    readonly command: string,
    override readonly cause: CommanderError,
  ) {
    super(cause.message, { cause });
  }
}

/** Commander neither prints nor exits by itself; settings are inherited only by commands made after them. */
function quietly(command: Command, context: CliContext, name = command.name()): void {
  command
    .exitOverride((error) => {
      throw new ParsingEnd(name, error);
    })
    .configureOutput({
      writeOut: (text) => context.output.send(generalMessages.help({ text })),
      writeErr: () => undefined,
    });
  for (const sub of command.commands) quietly(sub, context, `${name} ${sub.name()}`);
}

function endOfParsing({ command, cause: error }: ParsingEnd, context: CliContext): number {
  if (error.exitCode === 0) return 0;
  const help = `see: ${command} --help`;
  if (error.code === 'commander.help') {
    context.output.send(errorMessage({ code: 'CommandNeeded', message: 'no command was given', fix: help }));
    return 2;
  }
  const [message = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const code = `${error.code.replace('commander.', '').replace(/^./, (first) => first.toUpperCase())}`;
  const hint = hints
    .join(' ')
    .replace(/^\(|\)$/g, '')
    .replace('Did you mean', 'did you mean');
  context.output.send(errorMessage({ code, message, fix: hint === '' ? help : hint }));
  return 2;
}

/** Errors of the local engine carry a code as ours do, without our class: it knows nothing of the CLI. */
function asExpected(error: unknown): CliError | undefined {
  if (error instanceof CliError) return error;
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  if (name !== 'EngineError' || typeof code !== 'string') return undefined;
  return new CliError(code, 1, String(message), undefined, { cause: error });
}
