import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a deployed demo needs to be called: read by a second run, and by the end-to-end tests. */
export interface DemoKeys {
  readonly url: string;
  /** By account id. */
  readonly keys: Readonly<Record<string, string>>;
}

/** One file per stack and Region, below the working directory. */
export function keyFile(cwd: string, stackName: string, region: string): string {
  return join(cwd, '.paywall', `${stackName}.${region}.keys.json`);
}

/** Readable by the owner only. */
export function writeKeys(file: string, keys: DemoKeys): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
}

export function readKeys(file: string): DemoKeys | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
