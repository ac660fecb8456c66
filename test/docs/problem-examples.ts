import { standingOf, type Standing } from '../../cli/accounts/standing';
import { accountMessages } from '../../cli/messages/accounts';
import { PLAIN } from '../../cli/message';
import { DEFAULT_PROBLEM_TYPE_BASE } from '../../lib/catalogue/defaults';
import { NEVER, type AccountRecord } from '../../lib/domain/account';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import type { Reason } from '../../lib/domain/reason';

/** The instant at which the examples of the pages are asked. */
const NOW = Date.parse('2027-03-20T09:30:00Z');

const OFFER: CatalogueDefinition = {
  plans: [
    {
      id: 'basic',
      kind: 'paid',
      quota: { limit: 1000, period: 'month', anchor: 'calendar' },
      routes: ['GET /hello'],
      trialDays: 14,
      graceDays: 3,
    },
    { id: 'pro', kind: 'paid', trialDays: 0, graceDays: 3 },
  ],
  routes: [],
  keyPrefix: 'pw',
  problemTypeBase: DEFAULT_PROBLEM_TYPE_BASE,
  actionUrls: {
    subscribe: 'https://shop.example/plans?account={account}',
    update_payment_method: 'https://shop.example/billing?account={account}',
    complete_payment: 'https://shop.example/billing?account={account}',
    upgrade_plan: 'https://shop.example/upgrade?account={account}&plan={plan}',
    resume: 'https://shop.example/billing?account={account}',
  },
};

/** How the account differs from one that pays, and the route that is asked for. */
const STATES: Readonly<Record<Reason, { account: Partial<AccountRecord>; route?: string }>> = {
  no_subscription: {
    account: { plan: undefined, accessUntil: 0, lapseReason: 'no_subscription', periodEnd: 0 },
  },
  trial_ended: { account: { accessUntil: Date.parse('2027-03-19T08:00:00Z'), lapseReason: 'trial_ended' } },
  payment_failed: {
    account: { accessUntil: Date.parse('2027-03-18T10:00:00Z'), lapseReason: 'payment_failed' },
  },
  payment_incomplete: { account: { accessUntil: 0, lapseReason: 'payment_incomplete', periodEnd: 0 } },
  subscription_canceled: {
    account: { accessUntil: Date.parse('2027-03-15T10:00:00Z'), lapseReason: 'subscription_canceled' },
  },
  subscription_paused: {
    account: { accessUntil: Date.parse('2027-03-15T10:00:00Z'), lapseReason: 'subscription_paused' },
  },
  quota_exceeded: { account: { remaining: 0 } },
  plan_upgrade_required: { account: {}, route: 'GET /reports' },
};

function standing(reason: Reason): Standing {
  const { account, route } = STATES[reason];
  const record: AccountRecord = {
    accountId: 'acme',
    plan: 'basic',
    planRev: 1,
    accessUntil: Date.parse('2027-04-15T16:00:00Z'),
    lapseReason: 'payment_failed',
    anchorAt: 0,
    periodId: 'month-20270301T000000Z',
    periodEnd: Date.parse('2027-04-01T00:00:00Z'),
    remaining: 640,
    keys: { Yk3Wq0pT1nXaR7uVbE5cZ9sKfLg2hJdMoPiNtQwAyB8: { expiresAt: NEVER, scopes: [] } },
    suspended: false,
    ...account,
  };
  const [httpMethod, resource] = (route ?? 'GET /hello').split(' ') as [string, string];
  return standingOf(record, OFFER, NOW, { httpMethod, resource });
}

/** The body of the 402, as a caller receives it. */
export function exampleBody(reason: Reason): string {
  const { type, title, ...members } = standing(reason).now.problem!;
  return JSON.stringify(
    { type, title, status: 402, ...members, requestId: 'JKJaXmPLvHcESHA=' },
    undefined,
    2,
  );
}

/** What `paywall accounts show` says at the same instant. */
export function exampleShow(reason: Reason): string {
  const route = STATES[reason].route;
  const shown = accountMessages.accountShown({ target: 'the local engine', standing: standing(reason) });
  return `$ paywall accounts show acme${route ? ` --route '${route}'` : ''}\n${shown.text(PLAIN)}`;
}
