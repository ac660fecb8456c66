import type { Credential, PaymentRequired } from './decision';
import type { CatalogueDefinition } from './plan';
import { ACTION_OF, type Action, type Reason } from './reason';

/**
 * The members of a 402 body that the authorizer supplies, by the names of the authorizer's context. Every value is
 * text in a safe alphabet: gateway response templates substitute it as it is (see {@link safeText}).
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export interface PaymentProblem {
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly reason: Reason;
  readonly account: string;
  readonly plan: string;
  readonly action: string;
  /** Link that works with GET; empty when the seller has set none. */
  readonly actionUrl: string;
  /** ISO 8601 instant from which the same call can succeed without paying; empty when there is none. */
  readonly retryAt: string;
  /** Units of the quota period; empty unless the quota is what is spent. */
  readonly limit: string;
  /** Units that the account can still pay for, fewer than the request costs; empty unless the quota is what is spent. */
  readonly remaining: string;
}

const TITLES: Readonly<Record<Reason, string>> = {
  no_subscription: 'No subscription',
  trial_ended: 'Trial ended',
  payment_failed: 'Payment failed',
  payment_incomplete: 'Payment incomplete',
  subscription_canceled: 'Subscription canceled',
  subscription_paused: 'Subscription paused',
  quota_exceeded: 'Quota exceeded',
  plan_upgrade_required: 'Plan upgrade required',
};

/** One sentence for a person. */
const DETAILS: Readonly<Record<Reason, (plan: string, owed: PaymentRequired) => string>> = {
  no_subscription: () => 'This account has no subscription; choose a plan to use this API.',
  trial_ended: () => 'The trial has ended; subscribe to go on using this API.',
  payment_failed: () => 'The last payment failed; update the payment method to restore access.',
  payment_incomplete: () => 'The first payment is not complete; finish it to open access.',
  subscription_canceled: () => 'The subscription was canceled; subscribe again to restore access.',
  subscription_paused: () => 'The subscription is paused; resume it to restore access.',
  quota_exceeded: (plan, { retryAt, quota }) =>
    quota !== undefined && quota.remaining > 0
      ? `This request costs ${quota.cost} units and ${quota.remaining} of the plan ${plan} are left; ` +
        `they are renewed at ${instant(retryAt)}, or upgrade the plan.`
      : `All units of the plan ${plan} are spent; they are renewed at ${instant(retryAt)}, or upgrade the plan.`,
  plan_upgrade_required: (plan, owed) =>
    owed.suggestedPlan === undefined
      ? `The plan ${plan} does not include this route, and no plan does; contact the seller.`
      : `The plan ${plan} does not include this route; the plan ${owed.suggestedPlan} does.`,
};

/** What the caller can do about it. */
export function actionFor({ reason, suggestedPlan }: PaymentRequired): Action {
  const unattainable = reason === 'plan_upgrade_required' && suggestedPlan === undefined;
  return unattainable ? 'contact_seller' : ACTION_OF[reason];
}

/**
 * What the caller is told when money is what is missing.
 *
 * @param link where the seller has set none for the action
 */
export function paymentProblem(
  owed: PaymentRequired,
  credential: Credential,
  planId: string | undefined,
  catalogue: Pick<CatalogueDefinition, 'problemTypeBase' | 'actionUrls'>,
  link = '',
): PaymentProblem {
  const { reason } = owed;
  const action = actionFor(owed);
  const template = catalogue.actionUrls[action];
  const values = { account: credential.accountId, plan: owed.suggestedPlan ?? planId ?? '', reason };
  const problem: PaymentProblem = {
    type: problemType(catalogue.problemTypeBase, reason),
    title: TITLES[reason],
    detail: DETAILS[reason](planId ?? '', owed),
    reason,
    account: credential.accountId,
    plan: planId ?? '',
    action,
    actionUrl: template === undefined ? link : expand(template, values),
    retryAt: instant(owed.retryAt),
    limit: units(owed.quota?.limit),
    remaining: units(owed.quota?.remaining),
  };
  return mapValues(problem, safeText);
}

/** URI of a reason's page: in the place of `{reason}`, or at the end of a base that does not hold it. */
export function problemType(base: string, reason: Reason): string {
  return base.includes('{reason}') ? base.replaceAll('{reason}', reason) : base + reason;
}

/**
 * Text that cannot break the JSON of a gateway response: those templates have no conditionals and no escaping that
 * can be relied on, so quotes, backslashes, controls and everything beyond ASCII are left out.
 */
export function safeText(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '');
}

/** Fills `{name}` with the percent-encoded value; names that are not known stay out of the link. */
export function expand(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (_, name: string) =>
    // Half a surrogate pair has no encoding: encodeURIComponent would throw.
    Object.hasOwn(values, name) ? encodeURIComponent(values[name]!.replace(/\p{Cs}/gu, '')) : '',
  );
}

function instant(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toISOString();
}

function units(count: number | undefined): string {
  return Number.isFinite(count) ? String(count) : '';
}

function mapValues<T extends object>(record: T, change: (value: string) => string): T {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value as string)]),
  ) as T;
}
