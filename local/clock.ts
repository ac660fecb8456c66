import { type Clock } from './contract';
import { EngineError } from './engine-error';

/** The last instant that a `Date` can hold. */
const MAX_INSTANT = 8.64e15;

/**
 * The clock of the engine: real time plus an offset that can be moved while everything runs. The offset lies in
 * shared memory, so that the worker threads of the functions see a move at once.
 *
 * It moves forwards only. What has been counted, cached or signed would otherwise lie in the future: quotas would be
 * counted twice, and leases and cached answers would outlive the time that they were given for.
 */
export class MovableClock implements Clock {
  /** One 64-bit float: the offset in milliseconds. */
  readonly shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  private readonly offset = new Float64Array(this.shared);
  private readonly listeners = new Set<() => void>();

  /** @param offsetMs how far the clock is ahead of real time, in milliseconds; may be negative */
  constructor(offsetMs = 0) {
    this.offset[0] = offsetMs;
  }

  now(): number {
    return Date.now() + this.offset[0]!;
  }

  get offsetMs(): number {
    return this.offset[0]!;
  }

  /** @throws EngineError `ClockBackwards` for a negative duration, `ClockOutOfRange` */
  advance(durationMs: number): void {
    this.moveTo(this.now() + durationMs, durationMs);
  }

  /**
   * Moves the clock to an instant, from which it runs on.
   *
   * @throws EngineError `ClockBackwards` for an instant that has passed, `ClockOutOfRange`
   */
  set(instant: number): void {
    this.moveTo(instant, instant - this.now());
  }

  /** Calls the listener after each move, since a timer that runs in real time does not notice; gives the way out. */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private moveTo(instant: number, durationMs: number): void {
    if (!(instant <= MAX_INSTANT)) {
      throw new EngineError(
        'ClockOutOfRange',
        `the clock cannot be moved to ${instant}: no date is that late`,
      );
    }
    if (durationMs < 0) {
      const [wanted, now] = [instant, this.now()].map((at) => new Date(at).toISOString());
      throw new EngineError(
        'ClockBackwards',
        `the clock only moves forwards: it stands at ${now}, got ${wanted}; start the engine again to go back`,
      );
    }
    this.offset[0]! += durationMs;
    for (const listener of this.listeners) listener();
  }
}
