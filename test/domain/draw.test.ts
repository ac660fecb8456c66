import fc from 'fast-check';
import { periodAt } from '../../lib/domain/period';
import type { PlanDefinition } from '../../lib/domain/plan';
import { drawUnits, openQuota, unitsInReach, unitsOf } from '../../lib/domain/quota';

const HARD = { limit: 100, period: 'month', anchor: 'calendar' } as const;
const SOFT = { ...HARD, maxOverage: 10 };

test.each([
  { stock: { remaining: 5 }, quota: HARD, units: 5, draw: [5, 0, 0] },
  { stock: { remaining: 5 }, quota: HARD, units: 6, draw: undefined },
  { stock: { remaining: 5, credits: 3 }, quota: HARD, units: 6, draw: [5, 1, 0] },
  { stock: { remaining: 0, credits: 3 }, quota: HARD, units: 3, draw: [0, 3, 0] },
  { stock: { remaining: -4, credits: 3 }, quota: HARD, units: 3, draw: [0, 3, 0] },
  { stock: { remaining: -4 }, quota: HARD, units: 1, draw: undefined },
  { stock: { remaining: 1, credits: 1 }, quota: SOFT, units: 12, draw: [1, 1, 10] },
  { stock: { remaining: 1, credits: 1 }, quota: SOFT, units: 13, draw: undefined },
  { stock: { remaining: 0, overage: 10 }, quota: SOFT, units: 1, draw: undefined },
  { stock: { remaining: 1, overage: 99 }, quota: SOFT, units: 1, draw: [1, 0, 0] },
  { stock: { remaining: Number.NaN }, quota: SOFT, units: 1, draw: undefined },
  { stock: { remaining: 0, credits: Number.NaN }, quota: SOFT, units: 1, draw: undefined },
])('$units units from $stock', ({ stock, quota, units, draw }) => {
  const expected = draw && { remaining: draw[0], credits: draw[1], overage: draw[2] };
  expect(drawUnits(stock, quota, units)).toEqual(expected);
});

const START = Date.UTC(2026, 10, 1);
const { id: periodId } = periodAt('month', 'calendar', 0, START);
const GRACE: PlanDefinition = {
  id: 'pro',
  kind: 'paid',
  trialDays: 0,
  graceDays: 3,
  quota: SOFT,
  graceQuota: 5,
};

test.each([
  ['paid for', GRACE, { periodId, paidUntil: START + 1 }, 10],
  ['on credit', GRACE, { periodId, paidUntil: START }, 0],
  [
    'on credit, without a grace quota',
    { ...GRACE, graceQuota: undefined },
    { periodId, paidUntil: START },
    10,
  ],
  ['of an account that no provider charges', GRACE, { periodId }, 10],
  ['not opened yet', GRACE, { periodId: 'none', paidUntil: START }, 10],
])('a period %s hands out units beyond its limit: %#', (_case, plan, account, most) => {
  expect(openQuota(plan, account)?.maxOverage).toBe(most);
});

test('a draw is exact, takes nothing that is not there, and the dearer source only when the cheaper is empty', () => {
  const stock = fc.record({
    remaining: fc.integer({ min: -20, max: 200 }),
    credits: fc.option(fc.nat(50), { nil: undefined }),
    overage: fc.option(fc.nat(15), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      stock,
      fc.constantFrom(HARD, SOFT),
      fc.integer({ min: 1, max: 250 }),
      (held, quota, units) => {
        const draw = drawUnits(held, quota, units);
        expect(draw !== undefined).toBe(units <= unitsInReach(held, quota));
        if (!draw) return;
        expect(unitsOf(draw)).toBe(units);
        expect(draw.remaining).toBeLessThanOrEqual(Math.max(0, held.remaining));
        expect(draw.credits).toBeLessThanOrEqual(held.credits ?? 0);
        if (draw.credits > 0) expect(draw.remaining).toBe(Math.max(0, held.remaining));
        if (draw.overage > 0) expect(draw.credits).toBe(held.credits ?? 0);
      },
    ),
  );
});
