const BUCKET_MS = 100;
const BUCKETS = 10;

/** Units of one caller in the last second, in tenths of a second. */
export class RateMeter {
  private readonly units = new Array<number>(BUCKETS).fill(0);
  private newest = 0;

  add(units: number, now: number): void {
    this.advance(now);
    this.units[this.newest % BUCKETS]! += units;
  }

  unitsLastSecond(now: number): number {
    this.advance(now);
    return this.units.reduce((sum, units) => sum + units, 0);
  }

  private advance(now: number): void {
    const bucket = Math.floor(now / BUCKET_MS);
    // A clock that was set back forgets the second rather than counting it for longer.
    const elapsed = bucket < this.newest ? BUCKETS : Math.min(BUCKETS, bucket - this.newest);
    for (let step = 0; step < elapsed; step += 1) this.units[(bucket - step) % BUCKETS] = 0;
    this.newest = bucket;
  }
}
