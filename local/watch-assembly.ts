import { existsSync, type Stats, statSync, unwatchFile, watchFile } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * How often the file is looked at, in milliseconds: works on every file system, also when the directory is made anew,
 * and is cheap for one file. Half of it is added to every reload.
 */
const LOOK_EVERY_MS = 50;

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
  const listener = (now: Stats, before: Stats) => {
    // Opened to be written, and not yet written: what is in it comes with the next look, maybe of the same instant.
    const isWritten = now.size > 0;
    const isOther = now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino;
    if (isWritten && isOther) onChange();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return () => unwatchFile(file, listener);
}
