import type { UsageKeyRecord } from '../../lambda/store/usage-key-store';
import { repairUsageKeys, type RepairReport } from '../../lambda/provisioner/repair';
import { provisionedUsageKey } from '../../lib/domain/usage-key';
import { buildAccount } from './support/memory-usage-key-store';
import { CALM, MINUTE, Simulation, TERMS } from './support/simulation';

/** Two accounts with keys of their own, and a key that the seller made. */
async function settled(): Promise<Simulation> {
  const simulation = new Simulation(7, CALM);
  for (const id of ['first', 'second']) {
    simulation.store.accounts.set(id, buildAccount(id));
    simulation.send(id);
  }
  await simulation.settle();
  await simulation.clock.run(simulation.gateway.create(`${TERMS.scope}-account-demo`));
  await simulation.clock.run(simulation.clock.sleep(MINUTE));
  return simulation;
}

function repair(simulation: Simulation, apply = true): Promise<RepairReport> {
  const { store, gateway, clock } = simulation;
  const list = async function* (): AsyncIterable<UsageKeyRecord> {
    for (const id of new Set([...store.accounts.keys(), ...store.states.keys()])) yield await store.read(id);
  };
  const save = store.save.bind(store);
  const queue = { send: async (ids: readonly string[]) => ids.forEach((id) => simulation.send(id)) };
  return clock.run(
    repairUsageKeys({ store: { list, save }, gateway, queue, clock: clock.time }, TERMS, apply),
  );
}

const usageKey = (simulation: Simulation, id: string) => simulation.store.accounts.get(id)?.usageKey;
const CLEAN = { unsettled: [], vanished: [], orphans: [] };

test('nothing is wrong: nothing is done', async () => {
  expect(await repair(await settled())).toEqual({ keys: 2, accounts: 2, ...CLEAN });
});

test('a key that somebody has deleted is replaced', async () => {
  const simulation = await settled();
  const lost = usageKey(simulation, 'first')!;
  simulation.gateway.onDelete = () => undefined;
  await simulation.clock.run(simulation.gateway.delete(simulation.gateway.byValue(lost)!.id));
  expect(await repair(simulation)).toMatchObject({ ...CLEAN, vanished: ['first'] });
  await simulation.settle();
  expect(usageKey(simulation, 'first')).not.toBe(lost);
  expect(simulation.gateway.isHonoured(usageKey(simulation, 'first')!)).toBe(true);
  expect(await repair(simulation)).toEqual({ keys: 2, accounts: 2, ...CLEAN });
});

test('a message that was lost is made up for', async () => {
  const simulation = await settled();
  simulation.store.change('first', { plan: 'max' });
  simulation.store.accounts.delete('second');
  expect(await repair(simulation)).toMatchObject({ ...CLEAN, unsettled: ['first', 'second'] });
  await simulation.settle();
  expect(await repair(simulation)).toEqual({ keys: 1, accounts: 1, ...CLEAN });
  expect(simulation.gateway.byValue(usageKey(simulation, 'first')!)!.usagePlanId).toBe('plan-max');
});

test('a key of nobody is deleted, those that the seller made are not', async () => {
  const simulation = await settled();
  const orphan = provisionedUsageKey(TERMS.scope, 'erased', simulation.clock.time());
  await simulation.clock.run(simulation.gateway.create(orphan));
  expect(await repair(simulation, false)).toMatchObject({ ...CLEAN, orphans: [orphan] });
  expect(simulation.gateway.byValue(orphan)).toBeDefined();
  expect(await repair(simulation)).toMatchObject({ ...CLEAN, orphans: [orphan] });
  expect(simulation.gateway.byValue(orphan)).toBeUndefined();
  expect(simulation.gateway.byValue(`${TERMS.scope}-account-demo`)).toBeDefined();
});

test('a key that only the account knows stays until the account has left it', async () => {
  const simulation = await settled();
  const before = usageKey(simulation, 'first')!;
  simulation.store.states.delete('first');
  expect(await repair(simulation)).toMatchObject({ ...CLEAN, unsettled: ['first'] });
  expect(simulation.gateway.byValue(before)).toBeDefined();
  await simulation.settle();
  expect(await repair(simulation)).toMatchObject({ ...CLEAN, orphans: [before] });
  expect(simulation.refusals).toEqual([]);
  expect(await repair(simulation)).toEqual({ keys: 2, accounts: 2, ...CLEAN });
});

test('keys that are being made are left alone', async () => {
  const simulation = await settled();
  simulation.store.accounts.set('third', buildAccount('third'));
  simulation.send('third');
  const reports: RepairReport[] = [];
  const { store, gateway, clock } = simulation;
  await simulation.settle(async () => {
    for (let look = 0; look < 200; look += 1) {
      await clock.sleep(100);
      const list = async function* (): AsyncIterable<UsageKeyRecord> {
        for (const id of store.accounts.keys()) yield await store.read(id);
      };
      const ports = {
        store: { list, save: store.save.bind(store) },
        gateway,
        queue: { send: async () => undefined },
      };
      reports.push(await repairUsageKeys({ ...ports, clock: clock.time }, TERMS, false));
    }
  });
  expect(reports.at(-1)!.keys).toBe(3);
  for (const report of reports) expect(report).toMatchObject({ vanished: [], orphans: [] });
});
