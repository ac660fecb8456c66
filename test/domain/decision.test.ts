import { NEVER, type AccountRecord } from '../../lib/domain/account';
import type { RouteRequirement } from '../../lib/domain/catalogue';
import { decide, type Decision } from '../../lib/domain/decision';
import { LAPSE_REASONS } from '../../lib/domain/reason';
import { at, buildAccount, buildCatalogue, buildRoute, DAY, KEY, NOW } from './builders';

const CATALOGUE = buildCatalogue();
const IDENTIFIED = buildRoute({ routeClass: 'identified', cost: 0 });

/** Decides for the account's own key, unless told otherwise. */
function ask(
  account: Partial<AccountRecord> | undefined,
  route: RouteRequirement = buildRoute(),
  fingerprint: string | undefined = KEY,
): Decision {
  const record = account && buildAccount(account);
  return decide({ accountId: 'acme', fingerprint }, record, route, CATALOGUE, NOW);
}

/** Decides for a token that vouches for the account. */
function askWithToken(account: Partial<AccountRecord> | undefined, route = buildRoute()): Decision {
  return decide({ accountId: 'acme' }, account && buildAccount(account), route, CATALOGUE, NOW);
}

const owed = (reason: string) => ({ kind: 'payment-required', reason });

describe('who', () => {
  test.each([
    ['a key of no account', undefined, KEY, 'unknown_account'],
    ['a key that the account does not hold', {}, 'another-fingerprint', 'unknown_key'],
    ['a key of an account without keys', { keys: {} }, KEY, 'unknown_key'],
    ['an empty fingerprint', {}, '', 'unknown_key'],
    ['a key that expires now', { keys: { [KEY]: { expiresAt: NOW, scopes: [] } } }, KEY, 'expired_key'],
    ['a key that has expired', { keys: { [KEY]: { expiresAt: NOW - 1, scopes: [] } } }, KEY, 'expired_key'],
    [
      'a key without a readable expiry',
      { keys: { [KEY]: { expiresAt: NaN, scopes: [] } } },
      KEY,
      'expired_key',
    ],
    ['__proto__', {}, '__proto__', 'unknown_key'],
    ['constructor', {}, 'constructor', 'unknown_key'],
    ['toString', {}, 'toString', 'unknown_key'],
    ['hasOwnProperty', {}, 'hasOwnProperty', 'unknown_key'],
  ])('is not %s', (_, account, fingerprint, cause) => {
    expect(ask(account, buildRoute(), fingerprint)).toEqual({ kind: 'unauthorized', cause });
    // Nor where nothing has to be paid.
    expect(ask(account, IDENTIFIED, fingerprint)).toEqual({ kind: 'unauthorized', cause });
  });

  test('is a key until the instant at which it expires', () => {
    const grant = { expiresAt: NOW + 1, scopes: [] };
    expect(ask({ keys: { [KEY]: grant } })).toMatchObject({ kind: 'allow', grant });
  });

  test('is told before anything about the account: suspension, lapse and quota stay unsaid', () => {
    const account = { suspended: true, accessUntil: 0, remaining: 0 };
    expect(ask(account, buildRoute(), 'another-fingerprint').kind).toBe('unauthorized');
  });

  test('a token of nobody is a caller who has not subscribed', () => {
    expect(askWithToken(undefined)).toEqual(owed('no_subscription'));
  });

  test('a token needs no key', () => {
    expect(askWithToken({ keys: {} })).toMatchObject({ kind: 'allow', grant: undefined });
  });
});

describe('whether at all', () => {
  test.each([
    ['paid', buildRoute()],
    ['identified', IDENTIFIED],
  ])('a suspended account is refused on %s routes, paid or not', (_, route) => {
    const refused = { kind: 'forbidden', cause: 'account_suspended' };
    expect(ask({ suspended: true }, route)).toEqual(refused);
    expect(ask({ suspended: true, accessUntil: 0 }, route)).toEqual(refused);
    expect(askWithToken({ suspended: true }, route)).toEqual(refused);
  });

  test.each([
    ['no scopes', [], 'forbidden'],
    ['another scope', ['billing'], 'forbidden'],
    ['a scope that it is part of', ['keys:manage:all', 'keys'], 'forbidden'],
    ['the scope', ['billing', 'keys:manage'], 'allow'],
  ])('a route with a scope, a key with %s: %s', (_, scopes, kind) => {
    const keys = { [KEY]: { expiresAt: NEVER, scopes } };
    for (const route of [buildRoute({ scope: 'keys:manage' }), { ...IDENTIFIED, scope: 'keys:manage' }]) {
      expect(ask({ keys }, route).kind).toBe(kind);
    }
  });

  test('a missing scope is told before money', () => {
    expect(ask({ accessUntil: 0 }, buildRoute({ scope: 'billing' }))).toEqual({
      kind: 'forbidden',
      cause: 'scope_missing',
    });
  });

  test.each([
    ['no scopes', undefined, 'forbidden'],
    ['another scope', ['keys:manage'], 'forbidden'],
    ['the scope', ['keys:manage', 'billing'], 'allow'],
  ])('a route with a scope, a token with %s: %s', (_, scopes, kind) => {
    const token = { accountId: 'acme', scopes };
    for (const route of [buildRoute({ scope: 'billing' }), { ...IDENTIFIED, scope: 'billing' }]) {
      expect(decide(token, buildAccount(), route, CATALOGUE, NOW).kind).toBe(kind);
    }
  });

  test('scopes beside a key do not count: a key carries what the seller granted', () => {
    const credential = { accountId: 'acme', fingerprint: KEY, scopes: ['billing'] };
    const decision = decide(credential, buildAccount(), buildRoute({ scope: 'billing' }), CATALOGUE, NOW);
    expect(decision).toEqual({ kind: 'forbidden', cause: 'scope_missing' });
  });
});

describe('class of the route', () => {
  test.each([
    ['that has lapsed', { accessUntil: 0 }],
    ['that never had a plan', { plan: undefined }],
    ['whose plan is gone', { plan: 'legacy' }],
    ['whose plan lacks the route', { plan: 'free' }],
    ['without units', { remaining: 0 }],
    ['whose period is over', { periodEnd: 0 }],
  ])('identified routes are open to an account %s', (_, account) => {
    expect(ask(account, IDENTIFIED).kind).toBe('allow');
    expect(ask(account, buildRoute()).kind).not.toBe('allow');
  });
});

describe('money', () => {
  test('an account that never had a plan has no subscription, whatever else is recorded', () => {
    const account = { plan: undefined, accessUntil: NEVER, lapseReason: 'trial_ended' as const };
    expect(ask(account)).toEqual(owed('no_subscription'));
  });

  test.each(LAPSE_REASONS)('access that is over is refused as %s', (lapseReason) => {
    expect(ask({ accessUntil: NOW, lapseReason })).toEqual(owed(lapseReason));
    expect(ask({ accessUntil: NOW + 1, lapseReason }).kind).toBe('allow');
  });

  test('access until an instant that is none is no access', () => {
    expect(ask({ accessUntil: NaN })).toEqual(owed('payment_failed'));
  });

  test('a lapse is told before the plan is looked at', () => {
    expect(ask({ accessUntil: NOW, plan: 'legacy' })).toEqual(owed('payment_failed'));
    expect(ask({ accessUntil: NOW, plan: 'free' })).toEqual(owed('payment_failed'));
    expect(ask({ accessUntil: NOW, remaining: 0 })).toEqual(owed('payment_failed'));
  });

  test.each(['legacy', '__proto__', 'constructor', ''])(
    "a plan that the catalogue does not know is our fault, not the caller's: %s",
    (plan) => {
      expect(ask({ plan })).toEqual({ kind: 'fault', cause: 'plan_not_in_catalogue' });
    },
  );

  test('a route outside of the plan names the cheapest plan that holds it', () => {
    expect(ask({ plan: 'free' })).toEqual({ ...owed('plan_upgrade_required'), suggestedPlan: 'pro' });
    const onlyEndless = buildRoute({ plans: ['endless'] });
    expect(ask({}, onlyEndless)).toEqual({ ...owed('plan_upgrade_required'), suggestedPlan: 'endless' });
  });

  test('a route of another plan is open to an account that was given its routes', () => {
    expect(ask({ plan: 'free', routesOf: 'pro' })).toMatchObject({ kind: 'allow', plan: { id: 'free' } });
    expect(ask({ plan: 'free', routesOf: 'gone' })).toMatchObject(owed('plan_upgrade_required'));
    expect(ask({ plan: undefined, routesOf: 'pro' })).toMatchObject(owed('no_subscription'));
  });

  test('a route in no plan cannot be bought', () => {
    expect(ask({}, buildRoute({ plans: [] }))).toEqual({
      ...owed('plan_upgrade_required'),
      suggestedPlan: undefined,
    });
  });

  test('a route outside of the plan is told before the quota', () => {
    expect(ask({ plan: 'free', remaining: 0 })).toMatchObject(owed('plan_upgrade_required'));
    expect(ask({ plan: 'free', periodEnd: 0 })).toMatchObject(owed('plan_upgrade_required'));
  });
});

describe('quota', () => {
  const spent = { ...owed('quota_exceeded'), retryAt: NOW + 5 * DAY };

  test.each([
    ['more than enough', 100, 1, undefined],
    ['exactly enough', 5, 5, undefined],
    ['one too few', 4, 5, spent],
    ['the last one', 1, 1, undefined],
    ['none', 0, 1, spent],
    ['some owed after an outage', -3, 1, spent],
    ['a number of units that is none', NaN, 1, spent],
  ])('%s: %d units for a cost of %d', (_, remaining, cost, expected) => {
    expect(ask({ remaining }, buildRoute({ cost }))).toMatchObject(expected ?? { kind: 'allow' });
  });

  test('nothing beyond a grace quota is handed out until the period is paid for', () => {
    const quota = { limit: 1000, period: 'month', anchor: 'calendar', maxOverage: 50 } as const;
    const pro = { id: 'pro', kind: 'paid', trialDays: 0, graceDays: 3, quota, graceQuota: 10 } as const;
    const catalogue = buildCatalogue({ plans: [pro] });
    const start = at('2028-02-01T00:00:00Z');
    const askSoft = (paidUntil: number): Decision =>
      decide(
        { accountId: 'acme', fingerprint: KEY },
        buildAccount({ remaining: 0, paidUntil }),
        buildRoute({ plans: ['pro'] }),
        catalogue,
        NOW,
      );
    expect(askSoft(start)).toMatchObject({ ...owed('quota_exceeded'), quota: { limit: 10, remaining: 0 } });
    expect(askSoft(start + 1)).toMatchObject({ kind: 'allow', draw: { overage: 1 } });
  });

  test('a plan without quota has none to spend and no period to open', () => {
    expect(ask({ plan: 'endless', remaining: 0, periodEnd: 0 })).toMatchObject({
      kind: 'allow',
      plan: { id: 'endless' },
    });
  });

  test.each([
    ['over a millisecond ago', NOW - 1],
    ['over now', NOW],
    ['never open', 0],
  ])('a period that is %s: the next one has to be opened', (_, periodEnd) => {
    expect(ask({ periodEnd, remaining: 0, anchorAt: at('2027-11-30T08:00:00Z') })).toEqual({
      kind: 'roll-over',
      limit: 1000,
      plan: CATALOGUE.plan('pro'),
      next: {
        id: 'month-20280130T080000Z',
        start: at('2028-01-30T08:00:00Z'),
        end: at('2028-02-29T08:00:00Z'),
      },
    });
  });

  test('the next period is the one that holds now, not the one after the last', () => {
    const decision = ask({ plan: 'free', periodEnd: NOW - 400 * DAY }, buildRoute({ plans: ['free'] }));
    expect(decision).toMatchObject({
      kind: 'roll-over',
      limit: 10,
      next: { start: at('2028-02-12T00:00:00Z'), end: at('2028-02-13T00:00:00Z') },
    });
  });

  test('the last millisecond of a period still spends from it', () => {
    expect(ask({ periodEnd: NOW + 1, remaining: 0 })).toEqual({
      ...owed('quota_exceeded'),
      retryAt: NOW + 1,
      quota: { limit: 1000, remaining: 0, cost: 1 },
    });
  });

  test.each([
    ['what is left is too little', { remaining: 3 }, { limit: 1000, remaining: 3, cost: 5 }],
    ['bought units count as left', { remaining: 1, credits: 3 }, { limit: 1000, remaining: 4, cost: 5 }],
    ['what is owed is nothing left', { remaining: -2 }, { limit: 1000, remaining: 0, cost: 5 }],
    ['the limit is the account’s own', { remaining: 0, quotaLimit: 7 }, { limit: 7, remaining: 0, cost: 5 }],
    ['the plan was bought twice', { remaining: 0, quantity: 2 }, { limit: 2000, remaining: 0, cost: 5 }],
  ])('a refusal tells how the quota stands: %s', (_, account, quota) => {
    expect(ask(account, buildRoute({ cost: 5 }))).toMatchObject({ reason: 'quota_exceeded', quota });
  });

  test.each([
    ['start of its periods', { anchorAt: NaN }],
    ['start of its periods', { anchorAt: 1e300 }],
    ['end of the period', { periodEnd: NaN }],
    ['end of the period', { periodEnd: Infinity }],
  ])('an account whose %s cannot be read is our fault', (_, account) => {
    expect(ask(account)).toEqual({ kind: 'fault', cause: 'account_damaged' });
  });
});
