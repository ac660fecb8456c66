import { Duration } from 'aws-cdk-lib';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plan, Quota } from '../../lib';
import { hangUp } from '../helpers/get';
import { KeyShop } from '../helpers/key-shop';

const LEASE_MS = 2_000;
const CALLERS = 8;
const SLOW = { rateLimit: 4, burstLimit: 4 };
const FAST = { rateLimit: 100_000, burstLimit: 100_000 };

let shop: KeyShop;
beforeAll(async () => {
  shop = await KeyShop.open({
    plans: [
      Plan.paid('pro', { quota: Quota.perMonth(1_000_000), throttle: FAST }),
      // Without a quota a lease ends with its time, not with its units.
      Plan.paid('open', { throttle: FAST }),
      Plan.paid('slow', { quota: Quota.perMonth(1_000_000), throttle: SLOW }),
    ],
    leaseDuration: Duration.millis(LEASE_MS),
    poolThrottle: FAST,
    stageThrottle: FAST,
    keyDelayMs: 200,
    activationWaitMs: 500,
    drainMs: 4_000,
  });
});
afterAll(async () => {
  hangUp();
  await shop?.close();
});

interface Call {
  readonly sentAt: number;
  readonly status: number;
}

/** Calls without a pause until it is told to stop. */
function hammer(key: string): { stop(): Promise<readonly Call[]> } {
  const calls: Call[] = [];
  let calling = true;
  const caller = async () => {
    while (calling) {
      const sentAt = Date.now();
      calls.push({ sentAt, status: (await shop.call(key)).status });
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  return {
    stop: async () => {
      calling = false;
      await Promise.all(callers);
      return calls;
    },
  };
}

async function subscriber(
  id: string,
  plan: string,
): Promise<{ readonly key: string; readonly keyId: string }> {
  await shop.cli('accounts', 'create', id, '--plan', plan);
  const { key, fingerprint } = await shop.cli('keys', 'create', id);
  while ((await shop.accounts.find(id)).usageKey === undefined) await sleep(100);
  return { key: key as string, keyId: (fingerprint as string).slice(0, 12) };
}

test('an account at full throttle leaves the others of its plan untouched', async () => {
  const [greedy, modest] = [await subscriber('greedy', 'slow'), await subscriber('modest', 'slow')];
  const { stop } = hammer(greedy.key);
  const statuses: number[] = [];
  for (let call = 0; call < 6; call += 1) {
    statuses.push((await shop.call(modest.key)).status);
    await sleep(2_000 / SLOW.rateLimit);
  }
  const calls = await stop();
  expect(statuses).toEqual(Array(6).fill(200));
  expect(calls.filter(({ status }) => status === 429).length).toBeGreaterThan(calls.length / 2);
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200, 429]));
}, 60_000);

test('a revoked key is refused when the leases that were taken with it have ended', async () => {
  const { key, keyId } = await subscriber('leaky', 'open');
  const { stop } = hammer(key);
  await sleep(500);
  await shop.cli('keys', 'revoke', 'leaky', keyId);
  const revokedAt = Date.now();
  await sleep(2 * LEASE_MS);
  const calls = await stop();
  const late = calls.filter(({ sentAt }) => sentAt > revokedAt + LEASE_MS);
  expect(calls[0]).toMatchObject({ status: 200 });
  expect(late.length).toBeGreaterThan(0);
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]));
}, 60_000);

test('while a rotation overlaps, neither key is refused', async () => {
  const old = await subscriber('careful', 'pro');
  const before = hammer(old.key);
  await sleep(200);
  const { key } = await shop.cli('keys', 'rotate', 'careful', old.keyId, '--overlap', '1h');
  const after = hammer(key as string);
  await sleep(2 * LEASE_MS);
  for (const calls of [await before.stop(), await after.stop()]) {
    expect(calls.length).toBeGreaterThan(CALLERS);
    expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
  }
}, 60_000);
