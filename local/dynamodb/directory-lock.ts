import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../engine-error';

const NAME = 'engine.pid';

/** Of this process; a process id alone would not tell its engines apart. */
const held = new Set<string>();

/**
 * Keeps other engines out of a directory of tables: each reads it at the start and writes it at the end, so that the last
 * one to end would take the data of the others with it. What a killed process left behind keeps nobody out.
 *
 * @returns lets others in
 * @throws EngineError DataInUse
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const place = await realpath(directory);
  const file = join(place, NAME);
  const holder = held.has(place) ? process.pid : await holderOf(file);
  if (holder !== undefined) {
    const message = `another local engine (process ${holder}) keeps its tables in ${directory}; stop it or name another directory`;
    throw new EngineError('DataInUse', message);
  }
  held.add(place);
  await writeFile(file, `${process.pid}\n`, { mode: 0o600 });
  return async () => {
    await rm(file, { force: true });
    held.delete(place);
  };
}

/** The process that holds the directory, when it is another one and runs. */
async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid && isRunning(pid) ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of somebody else, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
