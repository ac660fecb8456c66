import type { CliContext } from '../../cli/context';
import { run } from '../../cli/program';
import { cliContext } from './cli-context';
import type { RecordingOutput } from './recording-output';

/** Runs a command line as `bin/` does, and tells how it ended. */
export async function runCli(
  argv: readonly string[],
  overrides: Partial<Omit<CliContext, 'output'>> = {},
): Promise<{ readonly exitCode: number; readonly output: RecordingOutput }> {
  const context = cliContext(overrides);
  return { exitCode: await run(argv, '1.2.3', context), output: context.output };
}
