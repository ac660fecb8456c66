import { mkdirSync, readFileSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../../local/process-alive';
import { errors } from '../errors';

/** Below the working directory, so that each project finds its own engine. */
export const DISCOVERY_FILE = join('.paywall', 'local.json');

export interface DiscoveredApi {
  readonly stack: string;
  readonly logicalId: string;
  readonly stage: string;
  readonly url: string;
}

/** One method of an API. */
export interface DiscoveredRoute {
  /** Of the API. */
  readonly logicalId: string;
  /** `ANY` for every verb. */
  readonly method: string;
  /** Path template below the stage, for example `/reports/{id}`. */
  readonly path: string;
}

export interface DiscoveredFunction {
  readonly logicalId: string;
  /** By which it is invoked. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A local engine that serves, as other processes find it. */
export interface RunningEngine {
  readonly version: 2;
  readonly pid: number;
  readonly apis: readonly DiscoveredApi[];
  readonly routes: readonly DiscoveredRoute[];
  /** URL by service, for example `dynamodb`. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly functions: readonly DiscoveredFunction[];
  /** How far the engine's clock is ahead of real time, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Where the engine takes orders, and the token that it wants with them; absent when it takes none. */
  readonly admin?: { readonly url: string; readonly token: string };
}

/** Readable by the owner only: it holds the functions' environment and the token of the engine. */
export function writeDiscovery(cwd: string, engine: RunningEngine): void {
  const file = join(cwd, DISCOVERY_FILE);
  mkdirSync(dirname(file), { recursive: true });
  // Written aside: the mode counts for new files only, and nobody is to read half a file.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(engine, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Removes the file, unless another engine has taken it over meanwhile. */
export function removeDiscovery(cwd: string, pid: number): void {
  const file = join(cwd, DISCOVERY_FILE);
  if (parse(read(file))?.pid !== pid) return;
  rmSync(file, { force: true });
  try {
    rmdirSync(dirname(file));
  } catch (error) {
    // Somebody keeps other files there.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
  }
}

/** @throws CliError `NoTarget`, `DiscoveryUnreadable` or `EngineGone` */
export function findEngine(cwd: string): RunningEngine {
  const file = join(cwd, DISCOVERY_FILE);
  const text = read(file);
  if (text === undefined) throw errors.notRunning(DISCOVERY_FILE);
  const engine = parse(text);
  if (engine === undefined) throw errors.discoveryUnreadable(DISCOVERY_FILE, text);
  if (!isAlive(engine.pid)) throw errors.engineGone(DISCOVERY_FILE, engine.pid);
  return engine;
}

/** The engine that serves for this directory, if there is one. */
export function liveEngine(cwd: string): RunningEngine | undefined {
  const engine = parse(read(join(cwd, DISCOVERY_FILE)));
  return engine !== undefined && isAlive(engine.pid) ? engine : undefined;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string | undefined): RunningEngine | undefined {
  if (text === undefined) return undefined;
  try {
    const engine = JSON.parse(text) as Partial<RunningEngine> | null;
    return engine?.version === 2 && Number.isInteger(engine.pid) && Array.isArray(engine.functions)
      ? (engine as RunningEngine)
      : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
