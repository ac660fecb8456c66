import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../engine-error';
import { isAlive } from '../process-alive';

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
  if (held.has(place)) throw inUse(process.pid, directory);
  held.add(place);
  const file = join(place, NAME);
  try {
    await claim(file, directory);
  } catch (error) {
    held.delete(place);
    throw error;
  }
  return async () => {
    await rm(file, { force: true });
    held.delete(place);
  };
}

async function claim(file: string, directory: string): Promise<void> {
  const write = () => writeFile(file, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = await holderOf(file);
    if (holder !== undefined) throw inUse(holder, directory);
    await rm(file, { force: true });
    await write();
  }
}

function inUse(pid: number, directory: string): EngineError {
  const message = `another local engine (process ${pid}) keeps its tables in ${directory}; stop it or name another directory`;
  return new EngineError('DataInUse', message);
}

/** The process that holds the directory, when it is another one and runs. */
async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
}
