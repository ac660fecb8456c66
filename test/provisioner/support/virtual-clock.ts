/** Time that passes only when everybody waits: hours of a simulation take as long as the work in them. */
export class VirtualClock {
  private now = Date.parse('2026-11-22T12:00:00Z');
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  readonly time = (): number => this.now;

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      const at = this.now + ms;
      let index = this.sleepers.length;
      // From the latest to the earliest; those of one instant wake in the order in which they fell asleep.
      while (index > 0 && this.sleepers[index - 1]!.at <= at) index -= 1;
      this.sleepers.splice(index, 0, { at, wake });
    });

  /** Lets time pass until `done` has ended. */
  async run<T>(done: Promise<T>): Promise<T> {
    let ended = false;
    const mark = (): void => void (ended = true);
    done.then(mark, mark);
    for (;;) {
      // Promises settle before the next timer of the event loop.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (ended) return done;
      const next = this.sleepers.pop();
      if (!next) throw new Error('everybody waits for nothing');
      this.now = next.at;
      next.wake();
    }
  }
}
