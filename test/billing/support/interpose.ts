/** Puts `around` in front of each method of an object: faults, schedules and counts are made of it. */
export function interpose<T extends object>(
  target: T,
  around: (name: string, run: () => Promise<unknown>) => Promise<unknown>,
): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name, object);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        around(String(name), () => member.apply(object, args) as Promise<unknown>);
    },
  });
}

/** The function is killed at this step. */
export class Killed extends Error {}

/** Throws at the nth step, before it has done anything or after it has, and lets all others pass. */
export class KillSwitch {
  steps = 0;

  constructor(
    private readonly step: number,
    private readonly moment: 'before' | 'after',
  ) {}

  readonly around = async (_name: string, run: () => Promise<unknown>): Promise<unknown> => {
    this.steps += 1;
    const dies = this.steps === this.step;
    if (dies && this.moment === 'before') throw new Killed();
    const result = await run();
    if (dies) throw new Killed();
    return result;
  };
}
