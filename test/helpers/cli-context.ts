import { join } from 'node:path';
import type { CliContext } from '../../cli/context';
import { run } from '../../cli/program';
import { NOW } from './now';
import { RecordingOutput } from './recording-output';

export const PACKAGE_ROOT = join(__dirname, '..', '..');

/** A context that records, stands still in time and has nobody at the terminal. */
export function cliContext(overrides: Partial<CliContext> = {}): CliContext & { output: RecordingOutput } {
  return {
    output: new RecordingOutput(),
    cwd: join(__dirname, 'no-such-directory'),
    env: {},
    packageRoot: PACKAGE_ROOT,
    now: () => NOW,
    interrupted: () => new Promise(() => undefined),
    ...overrides,
  } as CliContext & { output: RecordingOutput };
}

/** Runs a command line as `bin/` does, and tells how it ended. */
export async function runCli(argv: readonly string[], overrides: Partial<CliContext> = {}) {
  const context = cliContext(overrides);
  const exitCode = await run(argv, '1.2.3', context);
  return { exitCode, output: context.output };
}
