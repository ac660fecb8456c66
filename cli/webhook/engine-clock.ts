import type { RunningEngine } from '../deployment/discovery';
import { askClock } from '../local/clock';

/** The clock of the engine that a scenario is played to. */
export class EngineClock {
  private constructor(
    private readonly engine: RunningEngine,
    private readonly here: () => number,
    private offsetMs: number,
  ) {}

  /** @param here clock of this machine, milliseconds since the epoch */
  static async of(engine: RunningEngine, here: () => number): Promise<EngineClock> {
    return new EngineClock(engine, here, (await askClock(engine)).offsetMs);
  }

  /** How far it is ahead of this machine's, milliseconds. */
  get aheadMs(): number {
    return this.offsetMs;
  }

  /** Milliseconds since the epoch, as the engine sees them. */
  now(): number {
    return this.here() + this.offsetMs;
  }

  /** Moves the clock forward to an instant that lies ahead; others leave it alone. */
  async reach(instant: number): Promise<void> {
    if (instant <= this.now()) return;
    ({ offsetMs: this.offsetMs } = await askClock(this.engine, { to: instant }));
  }
}
