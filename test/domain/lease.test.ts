import fc from 'fast-check';
import { NEVER } from '../../lib/domain/account';
import { decide } from '../../lib/domain/decision';
import { leaseCovers, openLease, unitsToTake } from '../../lib/domain/lease';
import { buildAccount, buildCatalogue, buildRoute, DAY, KEY, NOW } from './builders';

const CATALOGUE = buildCatalogue();
const PRO = CATALOGUE.plan('pro');
const ENDLESS = CATALOGUE.plan('endless');
const TERMS = { leaseDurationMs: 10_000, outageGraceMs: 60_000 };
const GRANT = { expiresAt: NEVER, scopes: [] };

describe('unitsToTake', () => {
  test.each([
    ['the rate', 1, 5, 10_000, 5],
    ['at least the cost', 7, 5, 10_000, 7],
    ['at least the cost of an idle caller', 1, 0, 10_000, 1],
    ['at most one percent of what remains', 1, 500, 10_000, 100],
    ['one percent, rounded down', 1, 500, 299, 2],
    ['one by one from the last hundred on', 1, 500, 199, 1],
    ['one by one at the end', 1, 500, 1, 1],
    ['the cost, when nothing is known to remain', 3, 500, 0, 3],
    ['the cost, when units are owed', 1, 500, -250, 1],
    ['nothing for a route that takes nothing from an idle caller', 0, 0, 10_000, 0],
  ])('takes %s', (_, cost, rate, remaining, expected) => {
    expect(unitsToTake(cost, rate, remaining)).toBe(expected);
  });

  test('is a whole number, covers the cost, and stays within one percent or the cost', () => {
    const remaining = fc.integer({ min: -1_000_000, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000_000), remaining, (cost, rate, left) => {
        const units = unitsToTake(cost, rate, left);
        expect(Number.isInteger(units)).toBe(true);
        expect(units).toBeGreaterThanOrEqual(cost);
        expect(units).toBeLessThanOrEqual(Math.max(cost, rate));
        expect(units === cost || units * 100 <= left).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('openLease', () => {
  test.each([
    ['for its duration', {}, GRANT, 10_000, 70_000],
    ['no longer than access', { accessUntil: NOW + 4_000 }, GRANT, 4_000, 4_000],
    ['no longer than access, in an outage', { accessUntil: NOW + 40_000 }, GRANT, 10_000, 40_000],
    ['no longer than the period', { periodEnd: NOW + 3_000 }, GRANT, 3_000, 3_000],
    ['no longer than the key', {}, { ...GRANT, expiresAt: NOW + 2_000 }, 2_000, 2_000],
    ['for its duration when a token vouches', {}, undefined, 10_000, 70_000],
  ])('serves %s', (_, overrides, grant, duration, withGrace) => {
    const lease = openLease(KEY, buildAccount(overrides), grant, PRO, 5, TERMS, NOW);
    expect(lease).toMatchObject({ units: 5, takenAt: NOW, fingerprint: KEY });
    expect([lease.endsAt - NOW, lease.graceEndsAt - NOW]).toEqual([duration, withGrace]);
  });

  test('a plan without quota has no period that could end it', () => {
    const account = buildAccount({ plan: 'endless', periodEnd: 0 });
    expect(openLease(KEY, account, GRANT, ENDLESS, Infinity, TERMS, NOW).endsAt).toBe(NOW + 10_000);
  });

  test('never serves past access, key or period, and ends before its grace does', () => {
    const instant = fc.integer({ min: NOW - DAY, max: NOW + DAY });
    const duration = fc.nat(DAY);
    fc.assert(
      fc.property(instant, instant, instant, duration, duration, (access, key, period, lease, grace) => {
        const account = buildAccount({ accessUntil: access, periodEnd: period });
        const terms = { leaseDurationMs: lease, outageGraceMs: grace };
        const { endsAt, graceEndsAt } = openLease(
          KEY,
          account,
          { ...GRANT, expiresAt: key },
          PRO,
          1,
          terms,
          NOW,
        );
        expect(graceEndsAt).toBeLessThanOrEqual(Math.min(access, key, period));
        expect(endsAt).toBeLessThanOrEqual(graceEndsAt);
        expect(endsAt).toBeLessThanOrEqual(NOW + lease);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('leaseCovers', () => {
  const lease = (units: number, scopes: string[] | undefined, plan: string | undefined = 'pro') =>
    openLease(KEY, buildAccount({ plan }), scopes && { ...GRANT, scopes }, PRO, units, TERMS, NOW);

  test.each([
    ['enough units', lease(1, []), buildRoute(), true],
    ['too few units', lease(4, []), buildRoute({ cost: 5 }), false],
    ['exactly the units', lease(5, []), buildRoute({ cost: 5 }), true],
    ['endless units', lease(Infinity, []), buildRoute({ cost: 1_000_000 }), true],
    ['no units for a paid route', lease(0, []), buildRoute(), false],
    ['the scope', lease(1, ['billing']), buildRoute({ scope: 'billing' }), true],
    ['no scope', lease(1, ['billing']), buildRoute({ scope: 'keys:manage' }), false],
    ['a plan that lacks the route', lease(1, []), buildRoute({ plans: ['endless'] }), false],
    ['a route of no plan', lease(1, []), buildRoute({ plans: [] }), false],
    [
      'the routes of another plan',
      openLease(KEY, buildAccount({ routesOf: 'endless' }), GRANT, PRO, 1, TERMS, NOW),
      buildRoute({ plans: ['endless'] }),
      true,
    ],
    [
      'no units for an identified route',
      lease(0, []),
      buildRoute({ routeClass: 'identified', cost: 0, plans: [] }),
      true,
    ],
  ])('%s', (_, held, route, expected) => {
    expect(leaseCovers(held, { accountId: 'acme', fingerprint: KEY }, route)).toBe(expected);
  });

  test.each([
    [['billing'], true],
    [['keys:manage'], false],
    [[], false],
    [undefined, false],
  ])('a token with the scopes %j covers a route that asks for billing: %s', (scopes, expected) => {
    // Taken with another token of the same account, whatever that one carried.
    const held = openLease(undefined, buildAccount(), undefined, PRO, 5, TERMS, NOW);
    const token = { accountId: 'acme', scopes };
    expect(leaseCovers(held, token, buildRoute({ scope: 'billing' }))).toBe(expected);
    expect(leaseCovers(held, token, buildRoute())).toBe(true);
  });
});

test('memory never says yes where a fresh read of the same account says no', () => {
  const instant = fc.integer({ min: NOW - 30_000, max: NOW + 30_000 });
  const scopes = fc.subarray(['billing', 'keys:manage']);
  const route = fc.record({
    routeClass: fc.constantFrom('identified' as const, 'paid' as const),
    cost: fc.nat(5),
    plans: fc.subarray(['free', 'pro', 'endless']),
    scope: fc.option(fc.constantFrom('billing', 'keys:manage'), { nil: undefined }),
  });
  const account = fc.record({
    plan: fc.constantFrom('pro', 'endless'),
    accessUntil: instant,
    periodEnd: instant,
    remaining: fc.constant(1_000),
  });
  fc.assert(
    fc.property(account, instant, scopes, route, fc.nat(30_000), (given, expiresAt, held, asked, later) => {
      const grant = { expiresAt, scopes: held };
      const record = buildAccount({ ...given, keys: { [KEY]: grant } });
      const lease = openLease(KEY, record, grant, CATALOGUE.plan(given.plan), 5, TERMS, NOW);
      const now = NOW + later;
      const credential = { accountId: record.accountId, fingerprint: KEY };
      fc.pre(now < lease.graceEndsAt && leaseCovers(lease, credential, asked));
      expect(decide(credential, record, asked, CATALOGUE, now).kind).toBe('allow');
    }),
    { numRuns: 500 },
  );
});
