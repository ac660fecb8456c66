import { join } from 'node:path';
import type { CliContext } from '../../cli/context';
import { NOW } from './now';
import { RecordingOutput } from './recording-output';

export const PACKAGE_ROOT = join(__dirname, '..', '..');

export type RecordingContext = CliContext & { readonly output: RecordingOutput };

/** A context that records, stands still in time and has nobody at the terminal. */
export function cliContext(overrides: Partial<Omit<CliContext, 'output'>> = {}): RecordingContext {
  return {
    output: new RecordingOutput(),
    cwd: join(__dirname, 'no-such-directory'),
    env: {},
    packageRoot: PACKAGE_ROOT,
    now: () => NOW,
    interrupted: () => new Promise(() => undefined),
    ...overrides,
  };
}
