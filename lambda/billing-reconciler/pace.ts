/** Holds calls apart, so that a walk over everything leaves room for those whom people wait for. */
export class Pace {
  private next = 0;

  constructor(
    /** Milliseconds from one call to the next. */
    private readonly everyMs: number,
    private readonly clock: () => number,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  async turn<T>(call: () => Promise<T>): Promise<T> {
    const wait = this.next - this.clock();
    this.next = Math.max(this.clock(), this.next) + this.everyMs;
    if (wait > 0) await this.sleep(wait);
    return call();
  }
}
