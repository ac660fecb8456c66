import { loadFromSockets } from './sockets';
import { hasWrk, loadFromWrk } from './wrk';

/** What a server did under load. */
export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers other than 2xx. */
  readonly failed: number;
}

export interface Target {
  readonly url: string;
  /** Sent as `Authorization`. */
  readonly authorization?: string;
}

/** Where the load comes from: `wrk` where it is installed, since it takes the least of the processors. */
export const GENERATOR = hasWrk() ? 'wrk' : 'sockets of Node.js';

/** Keeps `connections` requests under way for `seconds`. */
export function load(target: Target, seconds: number, connections: number): Promise<LoadResult> {
  return (GENERATOR === 'wrk' ? loadFromWrk : loadFromSockets)(target, seconds, connections);
}
