import { type Clock } from './contract';

/**
 * The clock of the engine: real time plus an offset that can be moved while everything runs. The offset lies in
 * shared memory, so that the worker threads of the functions see a move at once.
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

  /** Moves the clock forwards, or back with a negative duration. */
  advance(durationMs: number): void {
    this.offset[0]! += durationMs;
    this.moved();
  }

  /** Moves the clock to an instant, from which it runs on. */
  set(instant: number): void {
    this.offset[0] = instant - Date.now();
    this.moved();
  }

  /** Calls the listener after each move, since a timer that runs in real time does not notice; gives the way out. */
  onMove(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private moved(): void {
    for (const listener of this.listeners) listener();
  }
}
