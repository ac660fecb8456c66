import { buildAccount } from './support/memory-usage-key-store';
import { CALM, MINUTE, Simulation, STORM } from './support/simulation';

const HOUR = 60 * MINUTE;

function full(weather = CALM): Simulation {
  const simulation = new Simulation(3, weather, { keys: 4 });
  for (let index = 0; index < 6; index += 1) {
    const accountId = `account${index}`;
    simulation.store.accounts.set(accountId, buildAccount(accountId));
    simulation.send(accountId);
  }
  return simulation;
}

const keyless = ({ store }: Simulation) =>
  [...store.accounts.values()].filter((account) => account.usageKey === undefined);

test.each([
  ['calm', CALM],
  ['stormy', STORM],
])('where the Region has no room, accounts stay on pool keys: %s', async (_, weather) => {
  const simulation = full(weather);
  await simulation.settle();
  expect(simulation.gateway.keys.size).toBe(4);
  expect(keyless(simulation)).toHaveLength(2);
  expect(simulation.exhausted).toEqual(
    expect.arrayContaining(keyless(simulation).map(({ accountId }) => accountId)),
  );
  expect(simulation.refusals).toEqual([]);
});

test('the Region is not asked again before an hour is over, and then gives what has become free', async () => {
  const simulation = full();
  await simulation.settle();
  const [waiting] = keyless(simulation);
  const asked = simulation.gateway.createdAt.length;
  simulation.send(waiting!.accountId);
  await simulation.settle();
  expect(simulation.gateway.createdAt).toHaveLength(asked);

  const [other] = [...simulation.store.accounts.values()].filter((account) => account.usageKey !== undefined);
  simulation.store.accounts.delete(other!.accountId);
  simulation.send(other!.accountId);
  await simulation.settle();
  simulation.send(waiting!.accountId, HOUR);
  await simulation.settle(() => simulation.clock.sleep(2 * HOUR));
  expect(simulation.store.accounts.get(waiting!.accountId)!.usageKey).toBeDefined();
  expect(simulation.gateway.keys.size).toBe(4);
});

test('a change of plan where there is no room for a second key goes by way of the pool', async () => {
  const simulation = full();
  await simulation.settle();
  const [upgrading] = [...simulation.store.accounts.values()].filter(
    (account) => account.usageKey !== undefined,
  );
  const { accountId } = upgrading!;
  const seen: (string | undefined)[] = [];
  const check = simulation.store.onName;
  simulation.store.onName = (id, value) => {
    check(id, value);
    seen.push(value);
  };
  simulation.store.change(accountId, { plan: 'max' });
  simulation.send(accountId);
  await simulation.settle();
  const { usageKey } = simulation.store.accounts.get(accountId)!;
  expect(seen).toEqual([undefined, usageKey]);
  expect(simulation.gateway.byValue(usageKey!)!.usagePlanId).toBe('plan-max');
  expect(simulation.refusals).toEqual([]);
});
