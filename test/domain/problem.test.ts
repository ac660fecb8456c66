import fc from 'fast-check';
import type { PaymentRequired } from '../../lib/domain/decision';
import { expand, paymentProblem, problemType, safeText } from '../../lib/domain/problem';
import { ACTIONS, REASONS, type Reason } from '../../lib/domain/reason';
import { at } from './builders';

const OFFER = {
  problemTypeBase: 'https://example.com/problems/',
  actionUrls: {
    subscribe: 'https://example.com/plans?account={account}',
    upgrade_plan: 'https://example.com/upgrade/{plan}?account={account}&why={reason}',
  },
};

function owe(reason: Reason, more: Partial<PaymentRequired> = {}): PaymentRequired {
  return { kind: 'payment-required', reason, ...more };
}

describe('what the caller is told', () => {
  const retryAt = at('2028-03-01T00:00:00Z');
  const cases: [string, PaymentRequired, object][] = [
    [
      'no subscription',
      owe('no_subscription'),
      {
        title: 'No subscription',
        detail: 'This account has no subscription; choose a plan to use this API.',
        action: 'subscribe',
        actionUrl: 'https://example.com/plans?account=acme',
        retryAt: '',
      },
    ],
    ['a trial that ended', owe('trial_ended'), { title: 'Trial ended', action: 'subscribe' }],
    [
      'a failed payment, without a link as the seller has set none',
      owe('payment_failed'),
      { title: 'Payment failed', action: 'update_payment_method', actionUrl: '' },
    ],
    [
      'a first payment',
      owe('payment_incomplete'),
      { title: 'Payment incomplete', action: 'complete_payment' },
    ],
    [
      'an ended subscription',
      owe('subscription_canceled'),
      { title: 'Subscription canceled', action: 'subscribe' },
    ],
    ['a paused subscription', owe('subscription_paused'), { title: 'Subscription paused', action: 'resume' }],
    [
      'a quota, with the instant of its renewal',
      owe('quota_exceeded', { retryAt }),
      {
        title: 'Quota exceeded',
        detail:
          'All units of the plan basic are spent; they are renewed at 2028-03-01T00:00:00.000Z, or upgrade the plan.',
        action: 'upgrade_plan',
        actionUrl: 'https://example.com/upgrade/basic?account=acme&why=quota_exceeded',
        retryAt: '2028-03-01T00:00:00.000Z',
        limit: '',
        remaining: '',
      },
    ],
    [
      'a quota that is spent, with its numbers',
      owe('quota_exceeded', { retryAt, quota: { limit: 1000, remaining: 0, cost: 1 } }),
      { detail: expect.stringMatching(/^All units/), limit: '1000', remaining: '0' },
    ],
    [
      'a quota that holds less than the request costs',
      owe('quota_exceeded', { retryAt, quota: { limit: 1000, remaining: 3, cost: 5 } }),
      {
        detail:
          'This request costs 5 units and 3 of the plan basic are left; ' +
          'they are renewed at 2028-03-01T00:00:00.000Z, or upgrade the plan.',
        limit: '1000',
        remaining: '3',
      },
    ],
    [
      'a route of another plan, with a link to that plan',
      owe('plan_upgrade_required', { suggestedPlan: 'pro' }),
      {
        title: 'Plan upgrade required',
        detail: 'The plan basic does not include this route; the plan pro does.',
        plan: 'basic',
        action: 'upgrade_plan',
        actionUrl: 'https://example.com/upgrade/pro?account=acme&why=plan_upgrade_required',
      },
    ],
    [
      'a route of no plan',
      owe('plan_upgrade_required'),
      {
        detail: 'The plan basic does not include this route, and no plan does; contact the seller.',
        action: 'contact_seller',
        actionUrl: '',
      },
    ],
  ];

  test.each(cases)('%s', (_, owed, expected) => {
    expect(paymentProblem(owed, { accountId: 'acme' }, 'basic', OFFER)).toMatchObject({
      ...expected,
      type: `https://example.com/problems/${owed.reason}`,
      reason: owed.reason,
      account: 'acme',
      plan: 'basic',
    });
  });

  test.each(REASONS)('%s has every member of the body', (reason) => {
    const problem = paymentProblem(owe(reason, { retryAt }), { accountId: 'acme' }, 'basic', OFFER);
    expect(Object.keys(problem).sort()).toEqual(
      [
        'account',
        'action',
        'actionUrl',
        'detail',
        'plan',
        'reason',
        'retryAt',
        'title',
        'type',
        'limit',
        'remaining',
      ].sort(),
    );
    expect(ACTIONS).toContain(problem.action);
    expect(problem.detail).toMatch(/^[A-Z].*\.$/);
  });

  test('an account without a plan has an empty one', () => {
    expect(paymentProblem(owe('no_subscription'), { accountId: 'acme' }, undefined, OFFER).plan).toBe('');
  });
});

describe('type', () => {
  test.each([
    ['https://example.com/problems/', 'https://example.com/problems/trial_ended'],
    ['https://example.com/problems#', 'https://example.com/problems#trial_ended'],
    ['urn:problem:', 'urn:problem:trial_ended'],
    ['https://example.com/{reason}.md', 'https://example.com/trial_ended.md'],
    ['https://example.com/{reason}/#{reason}', 'https://example.com/trial_ended/#trial_ended'],
  ])('%s becomes %s', (base, expected) => {
    expect(problemType(base, 'trial_ended')).toBe(expected);
  });
});

describe('expand', () => {
  const values = { account: 'a&b=c/d?e#f g', plan: 'pro', reason: 'trial_ended' };
  test.each([
    [
      'encodes what would change the link',
      'https://x.example/?a={account}',
      'https://x.example/?a=a%26b%3Dc%2Fd%3Fe%23f%20g',
    ],
    ['fills a name each time', '{plan}/{plan}', 'pro/pro'],
    ['leaves unknown names out', 'https://x.example/{tenant}/{plan}', 'https://x.example//pro'],
    ['leaves names of objects out', '{constructor}{valueOf}', '{valueOf}'],
    ['takes no replacement pattern from a value', '{account}', 'a%26b%3Dc%2Fd%3Fe%23f%20g'],
    [
      'leaves a text without names alone',
      'https://x.example/?q=%7Bplan%7D',
      'https://x.example/?q=%7Bplan%7D',
    ],
  ])('%s', (_, template, expected) => {
    expect(expand(template, values)).toBe(expected);
  });

  test('does not fill what a value brings with it', () => {
    expect(expand('{account}', { account: '{plan} $& $1', plan: 'pro' })).toBe('%7Bplan%7D%20%24%26%20%241');
  });

  test('survives half a surrogate pair', () => {
    expect(expand('{account}', { account: 'a\ud800b\udc00c\u{1f600}' })).toBe('abc%F0%9F%98%80');
  });
});

describe('safeText', () => {
  test.each([
    ['plain text', 'acme-42 (EU)', 'acme-42 (EU)'],
    ['quotes and backslashes', 'a"b\\"c', 'abc'],
    ['controls', 'a\nb\tc\0d\x7fe', 'abcde'],
    ['everything beyond ASCII', 'caf\u00e9 \u2028\u{1f600}\ud800', 'caf '],
  ])('%s', (_, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });
});

/** Any UTF-16 text, lone surrogates included. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(...[...'"\\{}$\n\0'].map((c) => c.charCodeAt(0))),
    ),
  )
  .map((unitsOfText) => String.fromCharCode(...unitsOfText));
const pieces = fc.constantFrom(
  '{account}',
  '{plan}',
  '{reason}',
  '{x}',
  'https://',
  '"',
  '\\u',
  '$context.x',
  '\u2028',
);
const templates = fc.oneof(
  anyText,
  fc.array(fc.oneof(pieces, anyText)).map((parts) => parts.join('')),
);

test('no value that is stored anywhere can break the JSON of the body', () => {
  const offers = fc.record({
    problemTypeBase: templates,
    actionUrls: fc.dictionary(fc.constantFrom(...ACTIONS), templates),
  });
  const owed = fc.record(
    {
      kind: fc.constant('payment-required' as const),
      reason: fc.constantFrom(...REASONS),
      retryAt: fc.integer({ min: -8.64e15, max: 8.64e15 }),
      suggestedPlan: anyText,
      quota: fc.record({ limit: fc.double(), remaining: fc.double(), cost: fc.double() }),
    },
    { requiredKeys: ['kind', 'reason'] },
  );
  const plan = fc.option(anyText, { nil: undefined });
  fc.assert(
    fc.property(owed, anyText, plan, offers, (debt, accountId, planId, offer) => {
      const problem = paymentProblem(debt, { accountId }, planId, offer);
      // What API Gateway does with a gateway response template: text for text, nothing escaped.
      const template = `{${Object.keys(problem)
        .map((name) => `"${name}":"$context.authorizer.${name}"`)
        .join(',')},"requestId":"1"}`;
      const values = new Map(Object.entries(problem));
      const body = template.replace(/\$context\.authorizer\.([a-zA-Z]+)/g, (_, name: string) =>
        values.get(name)!,
      );
      const parsed = JSON.parse(body) as Record<string, unknown>;
      expect(parsed).toEqual({ ...problem, requestId: '1' });
      expect(Object.values(parsed).every((value) => typeof value === 'string')).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test('a link never carries anything but visible ASCII', () => {
  fc.assert(
    fc.property(anyText, anyText, (accountId, plan) => {
      const link = paymentProblem(
        owe('plan_upgrade_required', { suggestedPlan: plan }),
        { accountId },
        plan,
        OFFER,
      );
      expect(link.actionUrl).toMatch(/^https:\/\/example\.com\/upgrade\/[!-~]*$/);
      expect(new URL(link.actionUrl).searchParams.get('why')).toBe('plan_upgrade_required');
    }),
    { numRuns: 1_000 },
  );
});
