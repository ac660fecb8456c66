import { existsSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { join, resolve } from 'node:path';

/** How often the file is looked at, in milliseconds: works on every file system, and is cheap for one file. */
const LOOK_EVERY_MS = 200;

/** The file that a synth writes last: the manifest of an assembly, or the template itself. */
function lastWritten(source: string): string {
  const path = resolve(source);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, 'manifest.json') : path;
}

/**
 * Calls `onChange` after each finished synth. A directory that is removed and made again is still watched.
 *
 * @returns ends watching
 */
export function watchAssembly(source: string, onChange: () => void): () => void {
  const file = lastWritten(source);
  const listener = (now: { mtimeMs: number; ino: number }, before: { mtimeMs: number; ino: number }) => {
    const isThere = now.mtimeMs !== 0;
    if (isThere && (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino)) onChange();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return () => unwatchFile(file, listener);
}
