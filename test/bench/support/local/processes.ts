import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A server in a process of its own. */
export interface Served<Announcement> {
  /** What it sent when it was ready. */
  readonly announced: Announcement;
  readonly readyMs: number;
  /** Megabytes of resident memory; NaN where `ps` does not tell. */
  rssMb(): number;
  stop(): Promise<void>;
}

const bundleOf = (name: string): string => join(process.cwd(), 'dist/bench/local', `${name}.js`);

/** Bundles the processes, so that no compiler is measured. */
export async function buildProcesses(...names: readonly string[]): Promise<void> {
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, `test/bench/support/local/${name}.ts`])),
    outdir: 'dist/bench/local',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
}

/** Starts one of the processes and waits for its first message. */
export async function startProcess<Announcement>(
  name: string,
  ...args: readonly string[]
): Promise<Served<Announcement>> {
  const started = performance.now();
  const child = fork(bundleOf(name), args);
  const [announced] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`))),
  ])) as [Announcement];
  return {
    announced,
    readyMs: performance.now() - started,
    rssMb: () => rssMb(child),
    stop: () => stopChild(child, () => child.disconnect()),
  };
}

export function rssMb(child: ChildProcess): number {
  try {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)]).toString()) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Asks a process to end, and waits until it has. */
export async function stopChild(child: ChildProcess, ask: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  ask();
  await ended;
}
