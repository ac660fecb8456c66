import { Aws, Lazy, Token } from 'aws-cdk-lib';
import { Plan, Quota, QuotaAnchor, Route, type PaidApiProps } from '../../lib';
import { FREE, newStack, paidApi, paywallError } from './harness';

const token = Token.asString({ Ref: 'Anything' });
const listToken = Token.asList({ Ref: 'Anything' });
const numberToken = Lazy.number({ produce: () => 1 });

const plan = (options: Parameters<typeof Plan.paid>[1]): Partial<PaidApiProps> => ({
  plans: [Plan.paid('pro', options)],
});
const routes = (pattern: string, route = Route.paid()): Partial<PaidApiProps> => ({
  routes: { [pattern]: route },
});

describe('a broken rule names the prop, the value, what is allowed and the fix', () => {
  test.each<[string, Partial<PaidApiProps>, string, string]>([
    ['no plans', { plans: [] }, 'PlansMissing', 'plans must hold at least one plan, got none'],
    ['an id in capitals', { plans: [Plan.free('Free')] }, 'PlanIdInvalid', "got 'Free'"],
    [
      'an id of 33 characters',
      { plans: [Plan.free('a'.repeat(33))] },
      'PlanIdInvalid',
      'use lower-case letters',
    ],
    ['an id that begins with a digit', { plans: [Plan.free('1st')] }, 'PlanIdInvalid', "got '1st'"],
    ['an id twice', { plans: [FREE, Plan.paid('free')] }, 'PlanIdDuplicate', "got 'free' twice"],
    [
      'a token as id',
      { plans: [Plan.free(token)] },
      'CatalogueValueUnresolved',
      'must be known at synth, got a token',
    ],
    [
      'more plans than a condition can name',
      { plans: Array.from({ length: 101 }, (_, index) => Plan.paid(`p${index}`)) },
      'PlansTooMany',
      'at most 100 plans, got 101',
    ],
    [
      'a list of prices that is a token',
      plan({ priceIds: listToken }),
      'CatalogueValueUnresolved',
      "priceIds of plan 'pro' must be known at synth",
    ],
    [
      'a list of routes that is a token',
      plan({ routes: listToken }),
      'CatalogueValueUnresolved',
      "routes of plan 'pro' must be known at synth",
    ],
    [
      'a quota of 0',
      plan({ quota: Quota.perDay(0) }),
      'QuotaLimitNotPositive',
      "quota of plan 'pro' must be a whole number above 0, got 0; omit quota",
    ],
    ['a negative quota', plan({ quota: Quota.perWeek(-1) }), 'QuotaLimitNotPositive', 'got -1'],
    ['half a unit', plan({ quota: Quota.perMonth(1.5) }), 'QuotaLimitNotPositive', 'got 1.5'],
    [
      'a quota beyond exact numbers',
      plan({ quota: Quota.perMonth(2 ** 53) }),
      'QuotaLimitNotPositive',
      'got 9007199254740992',
    ],
    ['a quota that is no number', plan({ quota: Quota.perMonth(NaN) }), 'QuotaLimitNotPositive', 'got NaN'],
    [
      'a token as quota',
      plan({ quota: Quota.perDay(numberToken) }),
      'CatalogueValueUnresolved',
      "quota of plan 'pro'",
    ],
    [
      'a rate of 0',
      plan({ throttle: { rateLimit: 0, burstLimit: 1 } }),
      'ThrottleRateLimitNotPositive',
      'got 0; omit throttle',
    ],
    [
      'an infinite rate',
      plan({ throttle: { rateLimit: Infinity, burstLimit: 1 } }),
      'ThrottleRateLimitNotPositive',
      'got Infinity',
    ],
    [
      'a burst of 0',
      plan({ throttle: { rateLimit: 1, burstLimit: 0 } }),
      'ThrottleBurstLimitNotPositive',
      'got 0',
    ],
    [
      'half a burst',
      plan({ throttle: { rateLimit: 1, burstLimit: 0.5 } }),
      'ThrottleBurstLimitNotPositive',
      'got 0.5',
    ],
    [
      'a trial of -1 days',
      plan({ trialDays: -1 }),
      'TrialDaysOutOfRange',
      'must be whole days, 0 to 730, got -1',
    ],
    ['a trial of 731 days', plan({ trialDays: 731 }), 'TrialDaysOutOfRange', 'got 731'],
    [
      'half a day of grace',
      plan({ graceDays: 0.5 }),
      'GraceDaysOutOfRange',
      'must be whole days, 0 to 90, got 0.5',
    ],
    ['91 days of grace', plan({ graceDays: 91 }), 'GraceDaysOutOfRange', 'got 91'],
    ['a price with a space', plan({ priceIds: ['price 1'] }), 'PriceIdInvalid', "got 'price 1'"],
    ['an empty price', plan({ priceIds: [''] }), 'PriceIdInvalid', "got ''"],
    [
      'a price of two plans',
      { plans: [Plan.paid('a', { priceIds: ['p'] }), Plan.paid('b', { priceIds: ['p'] })] },
      'PriceIdDuplicate',
      "got 'p' for plans 'a' and 'b'",
    ],
    ['no routes in a plan', plan({ routes: [] }), 'PlanRoutesEmpty', 'omit routes for every route'],
    [
      'a plan route without verb',
      plan({ routes: ['/reports'] }),
      'RoutePatternInvalid',
      "routes of plan 'pro' must be patterns 'VERB /path', got '/reports'",
    ],
    [
      'a plan route twice',
      plan({ routes: ['ANY /reports', '* /reports'] }),
      'RoutePatternDuplicate',
      "got 'ANY /reports' and '* /reports'",
    ],
    ['a route without slash', routes('GET reports'), 'RoutePatternInvalid', "got 'GET reports'"],
    ['a route with an unknown verb', routes('FETCH /reports'), 'RoutePatternInvalid', "got 'FETCH /reports'"],
    ['a star inside a route', routes('GET /a/*/b'), 'RoutePatternInvalid', "got 'GET /a/*/b'"],
    [
      'a cost of 0',
      routes('GET /reports', Route.paid({ cost: 0 })),
      'RouteCostNotPositive',
      'use Route.identified()',
    ],
    ['a cost of 1.5', routes('GET /reports', Route.paid({ cost: 1.5 })), 'RouteCostNotPositive', 'got 1.5'],
    [
      'a scope in capitals',
      routes('GET /reports', Route.identified({ scope: 'Keys' })),
      'RouteScopeInvalid',
      "for example 'keys:manage'",
    ],
    ['an empty scope', routes('GET /reports', Route.paid({ scope: '' })), 'RouteScopeInvalid', "got ''"],
    ['a prefix with a hyphen', { keyPrefix: 'acme-live' }, 'KeyPrefixInvalid', "for example 'acme_live'"],
    ['a prefix of 33 characters', { keyPrefix: 'a'.repeat(33) }, 'KeyPrefixInvalid', 'at most 32 characters'],
    [
      'a token as prefix',
      { keyPrefix: Aws.STACK_NAME },
      'CatalogueValueUnresolved',
      'keyPrefix must be known at synth',
    ],
    [
      'a relative problem type',
      { problemTypeBase: '/problems/' },
      'ProblemTypeBaseInvalid',
      "got '/problems/'",
    ],
    [
      'a problem type that a name would run into',
      { problemTypeBase: 'https://example.com/p' },
      'ProblemTypeBaseInvalid',
      "ends in '/'",
    ],
    [
      'a quote in a problem type',
      { problemTypeBase: 'https://example.com/"/' },
      'ProblemTypeBaseInvalid',
      'absolute URI',
    ],
    [
      'a link without https',
      { actionUrls: { subscribe: 'http://example.com' } },
      'ActionUrlInvalid',
      'actionUrls.subscribe must be an absolute https URL',
    ],
    [
      'a script as link',
      { actionUrls: { resume: 'javascript:alert(1)' } },
      'ActionUrlInvalid',
      "got 'javascript:alert(1)'",
    ],
    [
      'a quote in a link',
      { actionUrls: { resume: 'https://example.com/"' } },
      'ActionUrlInvalid',
      'without quotes',
    ],
    [
      'an unknown placeholder',
      { actionUrls: { upgradePlan: 'https://example.com/{user}' } },
      'ActionUrlPlaceholderUnknown',
      "may hold {account}, {plan}, {reason}, got '{user}'",
    ],
    [
      'a token as link',
      { actionUrls: { upgradePlan: token } },
      'CatalogueValueUnresolved',
      'actionUrls.upgradePlan',
    ],
  ])('%s', (_, props, code, message) => {
    const error = paywallError(() => paidApi(props));
    expect(error.rules.map((rule) => rule.code)).toEqual([code]);
    expect(error.message).toContain(message);
    expect(error.message).toContain('[Shop/Api]');
  });
});

test('all broken rules are told at once, and nothing is created', () => {
  const stack = newStack();
  const error = paywallError(() =>
    paidApi({ plans: [Plan.free('Free', { quota: Quota.perDay(0) })], keyPrefix: '-', poolKeys: 0 }, stack),
  );
  expect(error.rules.map((rule) => rule.code)).toEqual([
    'PlanIdInvalid',
    'QuotaLimitNotPositive',
    'KeyPrefixInvalid',
    'PoolKeysOutOfRange',
  ]);
  expect(error.code).toBe('PlanIdInvalid');
  expect(error.message).toMatch(/^4 rules are broken \[Shop\/Api\]\n- PlanIdInvalid: /);
  expect(stack.node.findChild('Api').node.children).toEqual([]);
});

test('a plan renders with its defaults', () => {
  expect(Plan.free('free')._render()).toEqual({ id: 'free', kind: 'free', trialDays: 0, graceDays: 0 });
  expect(Plan.paid('pro')._render()).toEqual({ id: 'pro', kind: 'paid', trialDays: 0, graceDays: 3 });
});

test('a plan renders with all of its options', () => {
  const pro = Plan.paid('pro', {
    quota: Quota.perMonth(5, { anchor: QuotaAnchor.ANNIVERSARY }),
    throttle: { rateLimit: 1, burstLimit: 2 },
    routes: ['GET /reports'],
    trialDays: 14,
    graceDays: 0,
    priceIds: ['price_1'],
  });
  expect(pro._render()).toEqual({
    id: 'pro',
    kind: 'paid',
    quota: { limit: 5, period: 'month', anchor: 'anniversary' },
    routes: ['GET /reports'],
    throttle: { rateLimit: 1, burstLimit: 2 },
    trialDays: 14,
    graceDays: 0,
    priceIds: ['price_1'],
  });
});

test.each([
  [Quota.perDay(1), 'day'],
  [Quota.perWeek(1), 'week'],
  [Quota.perMonth(1), 'month'],
])('a quota %# counts from the calendar unless told otherwise', (quota, period) => {
  expect(quota._render()).toEqual({ limit: 1, period, anchor: 'calendar' });
});

test.each([
  [Route.public(), { routeClass: 'public' }],
  [Route.identified(), { routeClass: 'identified' }],
  [Route.identified({ scope: 'billing' }), { routeClass: 'identified', scope: 'billing' }],
  [Route.paid(), { routeClass: 'paid' }],
  [Route.paid({ scope: 'a:b', cost: 5 }), { routeClass: 'paid', scope: 'a:b', cost: 5 }],
])('a route %# renders its class, scope and cost', (route, expected) => {
  expect(route._render('GET /x')).toEqual({ pattern: 'GET /x', ...expected });
});
