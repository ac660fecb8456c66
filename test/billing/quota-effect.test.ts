import fc from 'fast-check';
import { decide } from '../../lib/domain/decision';
import { Catalogue } from '../../lib/domain/catalogue';
import { periodAt, periodStart } from '../../lib/domain/period';
import type { AccountRecord } from '../../lib/domain/account';
import type { AccountProjection } from '../../lib/domain/billing/projection';
import { quotaEffect } from '../../lib/domain/billing/quota-effect';
import type { PlanDefinition } from '../../lib/domain/plan';
import { periodLimit } from '../../lib/domain/quota';
import { DAY, MONTH, START } from './support/clock';
import { newAccount } from './support/desk';
import { PLANS } from './support/terms';

const [, BASIC, PRO] = PLANS as [PlanDefinition, PlanDefinition, PlanDefinition];
const DAILY: PlanDefinition = {
  ...BASIC,
  id: 'daily',
  quota: { limit: 20, period: 'day', anchor: 'anniversary' },
};
const OPEN_END: PlanDefinition = { ...BASIC, id: 'open', quota: undefined };
const ALL = [...PLANS, DAILY, OPEN_END];
const NOW = START + 10 * DAY;

function inUse(overrides: Partial<AccountRecord> = {}): AccountRecord {
  const period = periodAt('month', 'anniversary', START, NOW);
  return newAccount({
    plan: 'basic',
    paidUntil: START + MONTH,
    periodId: period.id,
    periodEnd: period.end,
    remaining: 40,
    ...overrides,
  });
}

function projected(overrides: Partial<AccountProjection> = {}): AccountProjection {
  return {
    plan: 'basic',
    quantity: 1,
    accessUntil: START + MONTH,
    paidUntil: START + MONTH,
    lapseReason: 'payment_failed',
    renews: true,
    standing: 'active',
    reversed: false,
    ...overrides,
  };
}

test.each<[string, AccountRecord, AccountProjection, object]>([
  ['nothing changed', inUse(), projected(), { kind: 'none' }],
  ['an upgrade adds the difference', inUse(), projected({ plan: 'pro' }), { kind: 'add', units: 900 }],
  [
    'a downgrade takes it away',
    inUse({ plan: 'pro', remaining: 300 }),
    projected(),
    { kind: 'add', units: -900 },
  ],
  ['quantity multiplies', inUse(), projected({ quantity: 3 }), { kind: 'add', units: 200 }],
  ['a limit of its own stays', inUse({ quotaLimit: 500 }), projected({ plan: 'pro' }), { kind: 'none' }],
  ['and is not multiplied', inUse({ quotaLimit: 500 }), projected({ quantity: 3 }), { kind: 'none' }],
  [
    'a clock that is late opens no period before the open one',
    inUse({ periodId: 'month-20260611T000000Z', periodEnd: NOW + MONTH + DAY }),
    projected({ plan: 'daily' }),
    {
      kind: 'open',
      periodId: 'day-20260611T000000Z',
      periodEnd: Date.parse('2026-06-12T00:00:00Z'),
      units: -80,
    },
  ],
  ['no plan before: no period is open', newAccount(), projected({ plan: 'pro' }), { kind: 'none' }],
  ['no period yet', inUse({ periodId: 'none', periodEnd: 0 }), projected({ plan: 'pro' }), { kind: 'none' }],
  [
    'no longer any plan: what was used is kept',
    inUse(),
    projected({ plan: undefined }),
    { kind: 'add', units: -100 },
  ],
  ['a plan again', inUse({ plan: undefined, remaining: -60 }), projected(), { kind: 'add', units: 100 }],
  ['from a plan that nobody knows', inUse({ plan: 'retired' }), projected(), { kind: 'close' }],
  ['to a plan that nobody knows', inUse(), projected({ plan: 'retired' }), { kind: 'close' }],
  ['still no plan', inUse({ plan: undefined }), projected({ plan: undefined }), { kind: 'none' }],
  [
    'a period of another length opens at once, less what was used',
    inUse(),
    projected({ plan: 'daily' }),
    { kind: 'open', periodId: 'day-20260511T000000Z', periodEnd: NOW + DAY, units: -80 },
  ],
  [
    'a period of another length, when the old one is over',
    inUse({ periodEnd: NOW }),
    projected({ plan: 'daily' }),
    { kind: 'close' },
  ],
  [
    'to a plan without quota: what was used is kept',
    inUse(),
    projected({ plan: 'open' }),
    { kind: 'add', units: -100 },
  ],
  [
    'and counts when a plan with a quota is back',
    inUse({ plan: 'open', remaining: -60 }),
    projected({ plan: 'pro' }),
    { kind: 'add', units: 1_000 },
  ],
  [
    'also in a period of another length',
    inUse({ plan: 'open', remaining: -60 }),
    projected({ plan: 'daily' }),
    { kind: 'open', periodId: 'day-20260511T000000Z', periodEnd: NOW + DAY, units: 20 },
  ],
  [
    'to a plan without quota, when the period is over',
    inUse({ periodEnd: NOW }),
    projected({ plan: 'open' }),
    { kind: 'close' },
  ],
  [
    'from a plan without quota, when the period is over',
    inUse({ plan: 'open', remaining: -60, periodEnd: NOW }),
    projected(),
    { kind: 'close' },
  ],
  [
    'from one plan without quota to none',
    inUse({ plan: 'open' }),
    projected({ plan: undefined }),
    { kind: 'none' },
  ],
  [
    'a period that began unpaid is topped up by the payment',
    inUse({ plan: 'pro', paidUntil: START, remaining: 50 }),
    projected({ plan: 'pro' }),
    { kind: 'add', units: 950 },
  ],
  [
    'money that goes back takes its units along',
    inUse({ plan: 'pro', remaining: 1_000 }),
    projected({ plan: 'pro', paidUntil: START }),
    { kind: 'add', units: -950 },
  ],
])('%s', (_name, account, projection, effect) => {
  expect(quotaEffect(account, projection, ALL, NOW)).toEqual(effect);
});

test('what remains does not depend on the states passed through on the way', () => {
  const states = fc.record({
    plan: fc.constantFrom('free', 'basic', 'pro', 'daily', 'open', undefined),
    quantity: fc.integer({ min: 1, max: 5 }),
    paidUntil: fc.constantFrom(START - DAY, START, START + MONTH),
  });
  const run = (account: AccountRecord, state: Partial<AccountProjection>): AccountRecord => {
    const projection = projected(state);
    const effect = quotaEffect(account, projection, ALL, NOW);
    if (effect.kind === 'close') throw new Error('a period that lasts is never closed');
    return {
      ...account,
      ...(effect.kind === 'open' && { periodId: effect.periodId, periodEnd: effect.periodEnd }),
      remaining: account.remaining + (effect.kind === 'none' ? 0 : effect.units),
      plan: projection.plan,
      quantity: projection.quantity,
      paidUntil: projection.paidUntil,
    };
  };
  fc.assert(
    fc.property(fc.array(states, { maxLength: 6 }), states, (between, last) => {
      const straight = run(inUse(), last);
      const roundabout = run(between.reduce(run, inUse()), last);
      expect(roundabout.remaining).toBe(straight.remaining);
      // Without a quota no period matters: the one that was open last is kept.
      if (ALL.find(({ id }) => id === last.plan)?.quota) expect(roundabout).toEqual(straight);
    }),
    { numRuns: 1_000 },
  );
});

test('the start of a period is read from its id', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('day' as const, 'week' as const, 'month' as const),
      fc.constantFrom('calendar' as const, 'anniversary' as const),
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      fc.integer({ min: 0, max: 4_102_444_800_000 }),
      (unit, anchor, anchorAt, now) => {
        const period = periodAt(unit, anchor, anchorAt, now);
        expect(periodStart(period.id)).toBe(period.start);
      },
    ),
  );
  expect(periodStart('none')).toBeUndefined();
});

test.each([
  ['before it is paid for', START - 1, 50],
  ['once it is paid for', START + 1, 1_000],
])('a period that opens %s holds so many units', (_name, paidUntil, limit) => {
  expect(periodLimit(PRO, { paidUntil }, START)).toBe(limit);
  // A limit of its own is the seller's word for what is paid for, not for what is on credit.
  expect(periodLimit(PRO, { paidUntil, quotaLimit: 7_000 }, START)).toBe(limit === 50 ? 50 : 7_000);
  const catalogue = new Catalogue({
    plans: ALL,
    routes: [],
    keyPrefix: 'pw',
    problemTypeBase: 'https://problems.example/',
    actionUrls: {},
  });
  const account = newAccount({ plan: 'pro', accessUntil: START + MONTH, paidUntil });
  const route = catalogue.requirement({ httpMethod: 'GET', resource: '/' });
  expect(decide({ accountId: account.accountId }, account, route, catalogue, START)).toMatchObject({
    kind: 'roll-over',
    limit,
  });
});
