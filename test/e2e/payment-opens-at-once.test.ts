import { storyWithAccounts, useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();
const DAY_MS = 86_400_000;
const CALLERS = 16;

storyWithAccounts(
  'a payment that lands while the refused account is hammered opens the next call',
  async () => {
    const { accounts } = quickStart.api;
    const lapsed = { accessUntil: Date.now() - DAY_MS, lapseReason: 'payment_failed' } as const;
    const { id, key } = await accounts.create('pro', lapsed);

    let hammering = true;
    const seen = new Set<number>();
    const hammer = async () => {
      while (hammering) seen.add((await quickStart.get('hello', key)).status);
    };
    const callers = Array.from({ length: CALLERS }, hammer);
    for (let i = 0; i < 50; i++) expect((await quickStart.get('hello', key)).status).toBe(402);

    await accounts.pay(id, 'pro', Date.now() + 30 * DAY_MS);
    const next = await quickStart.get('hello', key);
    hammering = false;
    await Promise.all(callers);

    expect(next.status).toBe(200);
    expect([200, 402]).toEqual(expect.arrayContaining([...seen]));
  },
);
