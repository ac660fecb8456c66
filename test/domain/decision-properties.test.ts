import fc from 'fast-check';
import type { AccountRecord } from '../../lib/domain/account';
import { decide } from '../../lib/domain/decision';
import { paymentProblem } from '../../lib/domain/problem';
import { LAPSE_REASONS, REASONS } from '../../lib/domain/reason';
import { buildCatalogue, buildDefinition, DAY, NOW } from './builders';

const CATALOGUE = buildCatalogue();

/** Mostly the good value, so that many cases pass each check and meet the next. */
const mostly = <T, U>(good: fc.Arbitrary<T>, other: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: other });

const names = mostly(
  fc.constant('key'),
  fc.constantFrom('other', '__proto__', 'constructor', 'toString', ''),
);
const scopeNames = ['billing', 'keys:manage'];
/** Ahead; or around the instant of the decision, so that boundaries are met; or anything that a number can be. */
const numbers = mostly(
  fc.integer({ min: NOW + 1, max: NOW + 400 * DAY }),
  fc.oneof(
    fc.integer({ min: NOW - 2, max: NOW + 2 }),
    fc.integer({ min: NOW - 400 * DAY, max: NOW }),
    fc.double(),
  ),
);
const units = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double());
const grants = fc.record({ expiresAt: numbers, scopes: fc.subarray(scopeNames) });

const accounts: fc.Arbitrary<AccountRecord> = fc.record({
  accountId: fc.string(),
  plan: mostly(
    fc.constantFrom('free', 'pro', 'endless'),
    fc.constantFrom(undefined, 'legacy', '__proto__', 'constructor'),
  ),
  planRev: units,
  accessUntil: numbers,
  lapseReason: fc.constantFrom(...LAPSE_REASONS),
  anchorAt: numbers,
  periodId: fc.string(),
  periodEnd: numbers,
  remaining: units,
  // As the item is read: own properties, whatever their names.
  keys: fc.array(fc.tuple(names, grants), { minLength: 1 }).map((entries) => Object.fromEntries(entries)),
  suspended: mostly(fc.constant(false), fc.constant(true)),
});

const credentials = fc.record({
  accountId: fc.string(),
  fingerprint: mostly(names, fc.constant(undefined)),
  scopes: fc.option(fc.subarray(scopeNames), { nil: undefined }),
});

const routes = fc.record({
  routeClass: mostly(fc.constant('paid' as const), fc.constant('identified' as const)),
  scope: mostly(fc.constant(undefined), fc.constantFrom(...scopeNames)),
  cost: fc.integer({ min: 1, max: 4 }),
  plans: mostly(fc.constant(['free', 'pro', 'endless']), fc.subarray(['free', 'pro', 'endless'])),
});

const cases = fc.tuple(credentials, mostly(accounts, fc.constant(undefined)), routes);

test('allow on a paid route means: key good, access open, route in the plan, quota enough', () => {
  let allowed = 0;
  fc.assert(
    fc.property(cases, ([credential, account, route]) => {
      const decision = decide(credential, account, route, CATALOGUE, NOW);
      if (decision.kind !== 'allow' || route.routeClass !== 'paid') return;
      allowed += 1;
      expect(account).toBeDefined();
      const { accessUntil, suspended, keys, plan, periodEnd, remaining } = account!;
      expect(accessUntil).toBeGreaterThan(NOW);
      expect(suspended).toBe(false);
      expect(route.plans).toContain(plan);
      if (credential.fingerprint !== undefined) {
        const grant = new Map(Object.entries(keys)).get(credential.fingerprint);
        expect(grant!.expiresAt).toBeGreaterThan(NOW);
        if (route.scope !== undefined) expect(grant!.scopes).toContain(route.scope);
      } else if (route.scope !== undefined) {
        expect(credential.scopes).toContain(route.scope);
      }
      if (CATALOGUE.plan(plan!)!.quota === undefined) return;
      expect(periodEnd).toBeGreaterThan(NOW);
      expect(remaining).toBeGreaterThanOrEqual(route.cost);
    }),
    { numRuns: 10_000 },
  );
  // The property has something to say.
  expect(allowed).toBeGreaterThan(500);
});

test('never throws, whatever the account holds, and answers what can be told to the caller', () => {
  fc.assert(
    fc.property(cases, ([credential, account, route]) => {
      const decision = decide(credential, account, route, CATALOGUE, NOW);
      if (decision.kind !== 'payment-required') return;
      expect(REASONS).toContain(decision.reason);
      paymentProblem(decision, credential, account?.plan, buildDefinition());
    }),
    { numRuns: 10_000 },
  );
});

test('a quota is spent only while its period is open, and says when it is renewed', () => {
  fc.assert(
    fc.property(cases, ([credential, account, route]) => {
      const decision = decide(credential, account, route, CATALOGUE, NOW);
      if (decision.kind === 'payment-required' && decision.reason === 'quota_exceeded') {
        expect(decision.retryAt).toBe(account!.periodEnd);
        expect(decision.retryAt).toBeGreaterThan(NOW);
      }
      if (decision.kind === 'roll-over') {
        expect(account!.periodEnd).toBeLessThanOrEqual(NOW);
        expect(decision.next.start).toBeLessThanOrEqual(NOW);
        expect(decision.next.end).toBeGreaterThan(NOW);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('is pure: the same question has the same answer', () => {
  fc.assert(
    fc.property(cases, ([credential, account, route]) => {
      const [first, second] = [1, 2].map(() => decide(credential, account, route, CATALOGUE, NOW));
      expect(second).toEqual(first);
    }),
  );
});

test('one unit more, one millisecond more of access or of a key never turns yes into no', () => {
  fc.assert(
    fc.property(cases, fc.nat(1_000), ([credential, account, route], more) => {
      fc.pre(account !== undefined);
      fc.pre(decide(credential, account, route, CATALOGUE, NOW).kind === 'allow');
      const keys = Object.fromEntries(
        Object.entries(account!.keys).map(([name, grant]) => [
          name,
          { ...grant, expiresAt: grant.expiresAt + more },
        ]),
      );
      const richer = {
        ...account!,
        keys,
        accessUntil: account!.accessUntil + more,
        remaining: account!.remaining + more,
      };
      expect(decide(credential, richer, route, CATALOGUE, NOW).kind).toBe('allow');
    }),
    { numRuns: 1_000 },
  );
});
