import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from './engine-error';

/**
 * Finds the bundle of a worker thread. The engine runs from a bundle in `dist/`, in a clone or an installed
 * package, or straight from its sources in tests; the workers always run from `dist/local/`.
 *
 * @throws EngineNotBuilt when there is none
 */
export function workerFile(name: string): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const found = ['local', 'dist/local'].map((place) => join(directory, place, name)).find(existsSync);
    if (found !== undefined) return found;
    if (dirname(directory) === directory) break;
  }
  throw new EngineError('EngineNotBuilt', `${name} is not in dist/local; run \`npm run build\``);
}
