import { type MovableClock } from '../clock';

interface Entry {
  readonly instant: number;
  readonly action: () => void;
}

/** The longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What is to happen at instants of the engine's clock: soon after them in real time, or when the clock is moved. */
export class Agenda {
  /** Earliest first. */
  private readonly entries: Entry[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly stopListening: () => void;
  private closed = false;

  constructor(readonly clock: MovableClock) {
    this.stopListening = clock.onMove(() => this.arm());
  }

  /**
   * @param instant milliseconds since the epoch; one that has passed is due at once, but never before this returns
   * @returns how to call it off
   */
  at(instant: number, action: () => void): () => void {
    const entry = { instant, action };
    let position = this.entries.length;
    while (position > 0 && this.entries[position - 1]!.instant > instant) position--;
    this.entries.splice(position, 0, entry);
    if (position === 0) this.arm();
    return () => {
      const found = this.entries.indexOf(entry);
      if (found >= 0) this.entries.splice(found, 1);
    };
  }

  close(): void {
    this.closed = true;
    this.entries.length = 0;
    clearTimeout(this.timer);
    this.stopListening();
  }

  private arm(): void {
    clearTimeout(this.timer);
    const [next] = this.entries;
    if (!next || this.closed) return;
    const wait = Math.min(Math.max(0, next.instant - this.clock.now()), MAX_TIMER_MS);
    this.timer = setTimeout(() => this.run(), wait).unref();
  }

  private run(): void {
    const now = this.clock.now();
    while (this.entries.length > 0 && this.entries[0]!.instant <= now) this.entries.shift()!.action();
    this.arm();
  }
}
