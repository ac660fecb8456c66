import { storyWithAccounts, useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();
const CALLERS = 64;
const UNITS = 1_000;
/** One environment holds at most one percent of what remains (docs/adr/0002-request-path.md). */
const LARGEST_LEASE = UNITS / 100;

storyWithAccounts(
  '64 callers of one account are served 1,000 units, none more and none refused early',
  async () => {
    const { api } = quickStart;
    const { id, key } = await api.accounts.create('pro');
    // The first call opens the period. On its own it leases nothing beyond itself.
    expect((await quickStart.get('hello', key)).status).toBe(200);
    await api.accounts.setRemaining(id, UNITS);

    const statuses = new Set<number>();
    let served = 0;
    let servedAtFirstRefusal = Infinity;
    const caller = async () => {
      for (;;) {
        const { status } = await quickStart.get('hello', key);
        statuses.add(status);
        if (status === 402) {
          servedAtFirstRefusal = Math.min(servedAtFirstRefusal, served);
          return;
        }
        served += 1;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, caller));

    const environments = api.environments() ?? CALLERS;
    expect(environments).toBeGreaterThan(1);
    const stranded = environments * LARGEST_LEASE;
    expect([...statuses].sort()).toEqual([200, 402]);
    expect(served).toBeLessThanOrEqual(UNITS);
    expect(served).toBeGreaterThanOrEqual(UNITS - stranded);
    // What the other callers had under way when the first refusal came back was admitted before it.
    expect(servedAtFirstRefusal).toBeGreaterThanOrEqual(UNITS - stranded - (CALLERS - 1));
    expect((await api.accounts.find(id)).remaining).toBe(0);
  },
);
