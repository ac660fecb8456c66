import fc from 'fast-check';
import type { AccountRecord } from '../../lib/domain/account';
import { rateLimitHeaders, usageOf } from '../../lib/domain/usage';
import { at, buildAccount, buildDefinition, DAY, HOUR, NOW } from './builders';

const [FREE, PRO, ENDLESS] = buildDefinition().plans;
const EMPTY = {
  quota: FREE!.quota!,
  limit: 10,
  start: NOW,
  end: NOW,
  used: 0,
  remaining: 10,
  credits: 0,
  overage: 0,
};
const ANCHOR = at('2027-11-30T08:00:00Z');

test.each([
  ['no plan', undefined],
  ['a plan without quota', ENDLESS],
])('%s has no usage', (_, plan) => {
  expect(usageOf(buildAccount(), plan, NOW)).toBeUndefined();
});

test('an open period: what is left of it, to its end', () => {
  const account = buildAccount({
    anchorAt: ANCHOR,
    periodId: 'month-20280130T080000Z',
    periodEnd: at('2028-02-29T08:00:00Z'),
    remaining: 400,
  });
  expect(usageOf(account, PRO, NOW)).toEqual({
    quota: PRO!.quota,
    start: at('2028-01-30T08:00:00Z'),
    end: at('2028-02-29T08:00:00Z'),
    limit: 1000,
    used: 600,
    remaining: 400,
    credits: 0,
    overage: 0,
  });
});

test('a period that was opened on another plan is the one that counts, and what was paid for when it began', () => {
  const start = at('2028-02-10T08:00:00Z');
  const account = buildAccount({
    anchorAt: ANCHOR,
    periodId: 'month-20280210T080000Z',
    periodEnd: at('2028-03-10T08:00:00Z'),
    // Paid for when it began, and not when a period of its plan would have.
    paidUntil: start + 1,
    remaining: 400,
  });
  const plan = { ...PRO!, graceQuota: 10 };
  expect(usageOf(account, plan, NOW)).toMatchObject({ start, limit: 1000, used: 600, remaining: 400 });
});

test.each([
  ['never opened', 0],
  ['over now', NOW],
  ['over long ago', NOW - 400 * DAY],
])('a period that is %s: nothing is used of the one that holds now', (_, periodEnd) => {
  expect(usageOf(buildAccount({ periodEnd, remaining: -7 }), FREE, NOW)).toMatchObject({
    start: at('2028-02-12T00:00:00Z'),
    end: at('2028-02-13T00:00:00Z'),
    used: 0,
    remaining: 10,
  });
});

test.each([
  ['units owed after an outage count as none left', -5, 0, 10],
  ['units from before the seller lowered the quota count as none used', 500, 500, 0],
])('%s', (_, stored, remaining, used) => {
  expect(usageOf(buildAccount({ remaining: stored }), FREE, NOW)).toMatchObject({ remaining, used });
});

test('a limit of its own replaces that of the plan, however often it was bought', () => {
  const account = buildAccount({ quotaLimit: 30, quantity: 4, remaining: 12 });
  expect(usageOf(account, FREE, NOW)).toMatchObject({ limit: 30, used: 18, remaining: 12 });
  expect(usageOf({ ...account, periodEnd: 0 }, FREE, NOW)).toMatchObject({ used: 0, remaining: 30 });
  expect(usageOf(account, ENDLESS, NOW)).toBeUndefined();
});

test('nothing is ever negative, and the period is not over', () => {
  const instant = fc.integer({ min: NOW - 800 * DAY, max: NOW + 800 * DAY });
  const plan = fc.constantFrom(FREE, PRO);
  fc.assert(
    fc.property(plan, instant, instant, fc.integer(), (given, anchorAt, periodEnd, remaining) => {
      const usage = usageOf(buildAccount({ anchorAt, periodEnd, remaining }), given, NOW)!;
      expect(Math.min(usage.used, usage.remaining)).toBeGreaterThanOrEqual(0);
      expect(usage.start).toBeLessThanOrEqual(NOW);
      expect(usage.end).toBeGreaterThan(NOW);
    }),
  );
});

test.each<[string, Partial<AccountRecord>, object]>([
  ['a plan bought three times', { quantity: 3, remaining: 25 }, { limit: 30, used: 5, remaining: 25 }],
  ['bought units beside the quota', { remaining: 0, credits: 40 }, { remaining: 0, credits: 40 }],
  ['overage of the open period', { remaining: 0, overage: 4 }, { used: 10, overage: 4 }],
  ['overage of a period that is over', { periodEnd: NOW, overage: 4 }, { used: 0, overage: 0 }],
])('%s', (_, account, expected) => {
  expect(usageOf(buildAccount(account), FREE, NOW)).toMatchObject(expected);
});

test('header fields as the draft has them: quota and window, what is left and for how long', () => {
  const usage = { ...EMPTY, end: NOW + DAY, used: 3, remaining: 7 };
  expect(rateLimitHeaders(usage, NOW + HOUR)).toEqual({
    'RateLimit-Policy': '"day";q=10;w=86400',
    RateLimit: '"day";r=7;t=82800',
  });
});

test('a started second counts: nobody is told to come back too early', () => {
  const usage = { ...EMPTY, end: NOW + 1_001 };
  expect(rateLimitHeaders(usage, NOW).RateLimit).toBe('"day";r=10;t=2');
  expect(rateLimitHeaders(usage, NOW + 5_000).RateLimit).toBe('"day";r=10;t=0');
});
