import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoadResult, Target } from './load';

const MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

export function hasWrk(): boolean {
  return spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Errors of the connections, of which a line tells when there were any. */
function lostOnSockets(printed: string): number {
  const [counts = ''] = /Socket errors: .*/.exec(printed) ?? [];
  return (counts.match(/\d+/g) ?? []).reduce((sum, count) => sum + Number(count), 0);
}

/**
 * Load from one thread of `wrk`.
 *
 * @param seconds rounded up: it knows whole ones only
 * @throws when it cannot connect, or prints what is not understood
 * @see https://github.com/wg/wrk
 */
export async function loadFromWrk(
  { url, authorization }: Target,
  seconds: number,
  connections: number,
): Promise<LoadResult> {
  const credential = authorization === undefined ? [] : ['-H', `Authorization: ${authorization}`];
  const shape = ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--latency'];
  const { stdout } = await promisify(execFile)('wrk', [...shape, ...credential, url]);
  const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const latency = (percent: number): number => {
    const [, value, unit] = new RegExp(`^ +${percent}% +([\\d.]+)(us|ms|s|m) *$`, 'm').exec(stdout) ?? [];
    return Number(value) * MILLISECONDS[unit ?? '']!;
  };
  const result = {
    perSecond: number(/Requests\/sec: +([\d.]+)/),
    p50: latency(50),
    p99: latency(99),
    failed: (number(/Non-2xx or 3xx responses: (\d+)/) || 0) + lostOnSockets(stdout),
  };
  if (!Object.values(result).every(Number.isFinite)) throw new Error(`wrk printed:\n${stdout}`);
  return result;
}
