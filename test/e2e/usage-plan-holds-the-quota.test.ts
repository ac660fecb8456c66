import { Duration } from 'aws-cdk-lib';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plan, Quota, QuotaEnforcement } from '../../lib';
import { hangUp } from '../helpers/get';
import { KeyShop } from '../helpers/key-shop';

const KEY_DELAY_MS = 500;
/** The second flush, and time to make it. */
const SECOND_FLUSH_MS = 9_000;
const UNITS = 5;

let shop: KeyShop;
/** Whether the authorizer's function ran, by request. */
const invoked: boolean[] = [];
beforeAll(async () => {
  shop = await KeyShop.open({
    plans: [
      Plan.paid('small', { quota: Quota.perDay(UNITS) }),
      Plan.paid('large', { quota: Quota.perDay(100_000) }),
    ],
    quotaEnforcement: QuotaEnforcement.usagePlan({ resultsCacheTtl: Duration.hours(1) }),
    leaseDuration: Duration.seconds(1),
    keyDelayMs: KEY_DELAY_MS,
    activationWaitMs: KEY_DELAY_MS + 500,
    drainMs: 3_000,
    onRequest: ({ authorizerMs }) => invoked.push(authorizerMs > 0),
  });
});
afterAll(async () => {
  hangUp();
  await shop?.close();
});

/** Calls until it is answered so; what was answered before. */
async function callUntil(key: string, status: number): Promise<Set<number>> {
  const before = new Set<number>();
  for (;;) {
    const answer = await shop.call(key);
    if (answer.status === status) return before;
    before.add(answer.status);
    await sleep(100);
  }
}

async function subscriber(id: string, plan: string): Promise<string> {
  await shop.cli('accounts', 'create', id, '--plan', plan);
  const { key } = await shop.cli('keys', 'create', id);
  return key as string;
}

test('an account is never asked to pay while its first key is made; its quota is spent, and another plan opens it', async () => {
  const key = await subscriber('acme', 'small');
  // The call that came through is the first of the quota.
  expect([...(await callUntil(key, 200))]).toEqual([403]);
  for (let unit = 1; unit < UNITS; unit += 1) expect((await shop.call(key)).status).toBe(200);
  const spent = await shop.call(key);
  expect(spent.status).toBe(402);
  expect(spent.json).toMatchObject({ reason: 'quota_exceeded', account: 'acme', plan: 'small' });
  // Counted by the usage plan: the account's item knows nothing of it.
  expect(await shop.accounts.find('acme')).toMatchObject({ remaining: 0, periodEnd: 0 });

  await shop.buy('acme', 'large');
  // On the old key until the new one is honoured: 402 for the spent quota, never 403.
  expect([...(await callUntil(key, 200))]).toEqual([402]);
  for (let calls = 0; calls < 2 * UNITS; calls += 1) expect((await shop.call(key)).status).toBe(200);
}, 60_000);

test('a cached refusal keeps no payer out', async () => {
  const key = await subscriber('late', 'large');
  await callUntil(key, 200);
  await shop.cli('accounts', 'change', 'late', '--access-until', '-1d');
  await callUntil(key, 402);
  // A flush for the answers that were under way comes some seconds later; then the refusal is in the cache for an hour.
  await sleep(SECOND_FLUSH_MS);
  invoked.length = 0;
  for (let calls = 0; calls < 5; calls += 1) expect((await shop.call(key)).status).toBe(402);
  expect(invoked.filter((ran) => ran).length).toBeLessThanOrEqual(1);

  await shop.buy('late', 'large', 'account.subscribed');
  expect([...(await callUntil(key, 200))].every((status) => status === 402)).toBe(true);
}, 60_000);

test('what usage plans cannot count is refused by the commands that would set it', async () => {
  await subscriber('wishful', 'small');
  await expect(shop.cli('accounts', 'change', 'wishful', '--limit', '10')).rejects.toThrow('usage plans');
  await expect(shop.cli('credits', 'add', 'wishful', '10', '--id', 'gift')).rejects.toThrow('usage plans');
}, 60_000);
