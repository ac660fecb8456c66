import { buildAccount } from './support/memory-usage-key-store';
import { Chance } from './support/random';
import { busiestSecond, CALM, MINUTE, Simulation, STORM, TERMS } from './support/simulation';

/** Every account has its own key on the usage plan of its plan, and there is no other key. */
function expectSettled(simulation: Simulation): void {
  const { gateway, store } = simulation;
  const expected = [...store.accounts.values()].flatMap(({ accountId, plan, usageKey }) => {
    const usagePlanId = TERMS.usagePlans[plan!];
    if (usagePlanId === undefined) {
      expect(usageKey).toBeUndefined();
      return [];
    }
    expect(gateway.byValue(usageKey ?? `none of ${accountId}`)?.usagePlanId).toBe(usagePlanId);
    return [usageKey];
  });
  expect([...gateway.keys.values()].map((key) => key.value).sort()).toEqual(expected.sort());
  expect(simulation.refusals).toEqual([]);
}

function activate(simulation: Simulation, count: number, plan = 'pro'): string[] {
  const ids = Array.from({ length: count }, (_, index) => `account${index}`);
  for (const id of ids) {
    simulation.store.accounts.set(id, buildAccount(id, { plan }));
    simulation.send(id);
  }
  return ids;
}

test.each([
  ['on a calm day', CALM],
  ['with failures, crashes, stalls and messages delivered twice', STORM],
])(
  '2,000 accounts activated at once, %s',
  async (_, weather) => {
    const simulation = new Simulation(1, weather);
    activate(simulation, 2_000);
    await simulation.settle();
    expectSettled(simulation);
    expect(busiestSecond(simulation.gateway.createdAt)).toBeLessThan(5);
    expect(simulation.gateway.throttled).toBe(0);
  },
  120_000,
);

test.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'plans that change at any time, schedule %i: no payer is refused, nothing is left over',
  async (seed) => {
    const simulation = new Simulation(seed, STORM);
    const chance = new Chance(seed + 1_000);
    const ids = activate(simulation, 8);
    await simulation.settle(async () => {
      for (let change = 0; change < 30; change += 1) {
        await simulation.clock.sleep(chance.between(0, 8 * MINUTE));
        const id = chance.of(ids);
        if (!simulation.store.accounts.has(id)) continue;
        if (chance.hits(0.05)) simulation.store.accounts.delete(id);
        else simulation.store.change(id, { plan: chance.of(['pro', 'max', 'keyless']) });
        simulation.send(id);
      }
    });
    expectSettled(simulation);
    expect([...simulation.store.states.keys()].filter((id) => !simulation.store.accounts.has(id))).toEqual(
      [],
    );
  },
);
