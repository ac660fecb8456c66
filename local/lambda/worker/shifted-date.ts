/**
 * Replaces the global `Date` of this thread by one that is ahead of real time by the engine's offset. Timers and
 * `performance` stay on real time, as durations should.
 */
export function installShiftedDate(clock: SharedArrayBuffer): void {
  const offset = new Float64Array(clock);
  const RealDate = Date;
  const realNow = RealDate.now;
  const now = () => realNow() + offset[0]!;

  function ShiftedDate(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target);
  }
  Object.defineProperties(ShiftedDate, {
    name: { value: 'Date' },
    length: { value: RealDate.length },
    prototype: { value: RealDate.prototype },
    now: { value: () => Math.round(now()), writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  RealDate.prototype.constructor = ShiftedDate as DateConstructor;
  globalThis.Date = ShiftedDate as unknown as DateConstructor;
}
