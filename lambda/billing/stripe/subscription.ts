import { SUBSCRIPTION_STATUSES } from '../../../lib/domain/access';
import type { Fact, PausedCollection, SubscriptionSnapshot } from '../../../lib/domain/billing/fact';
import { instant, list, must, numeric, object, reference, text, type Json } from '../json';

const DAY_MS = 86_400_000;
const PAUSES = ['keep_as_draft', 'mark_uncollectible', 'void'] as const;

type SubscriptionFact = Extract<Fact, { kind: 'subscription' }>;

/** @throws MalformedObject when it is not a subscription, or one with a status that is not known */
export function subscriptionFact(subscription: Json, at: number): SubscriptionFact {
  return {
    kind: 'subscription',
    subscription: must(text(subscription.id), 'subscription.id'),
    at,
    snapshot: defined(snapshot(subscription)),
  };
}

/** @see https://docs.stripe.com/api/subscriptions/object */
function snapshot(subscription: Json): SubscriptionSnapshot {
  const items = list(subscription.items);
  const { start, end } = currentPeriod(subscription, items);
  const status = SUBSCRIPTION_STATUSES.find((known) => known === subscription.status);
  const trialBehavior = object(object(subscription.trial_settings)?.end_behavior)?.missing_payment_method;
  return {
    status: must(status === 'none' ? undefined : status, 'subscription.status'),
    createdAt: must(instant(subscription.created), 'subscription.created'),
    items: items.map((item) => ({
      price: must(
        text(object(item.price)?.id) ?? text(object(item.plan)?.id),
        'price of a subscription item',
      ),
      // Metered items carry no quantity.
      quantity: numeric(item.quantity) ?? 1,
    })),
    customer: reference(subscription.customer),
    periodStart: start,
    periodEnd: end,
    anchorAt: instant(subscription.billing_cycle_anchor),
    trialEnd: instant(subscription.trial_end),
    convertsWithoutCard: trialBehavior === undefined || trialBehavior === 'create_invoice',
    card:
      reference(subscription.default_payment_method) !== undefined ||
      reference(subscription.default_source) !== undefined,
    cancelAt:
      instant(subscription.cancel_at) ?? (subscription.cancel_at_period_end === true ? end : undefined),
    endedAt: instant(subscription.ended_at),
    pausedCollection: pausedCollection(object(subscription.pause_collection)),
    creditUntil: creditUntil(subscription, items, start, end),
    latestInvoice: reference(subscription.latest_invoice),
  };
}

/**
 * Since API version 2025-03-31 the period is told on each item, before that on the subscription.
 *
 * @see https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
function currentPeriod(subscription: Json, items: readonly Json[]): { start?: number; end?: number } {
  const start = instant(subscription.current_period_start);
  const end = instant(subscription.current_period_end);
  if (start !== undefined && end !== undefined) return { start, end };
  const periods = items.flatMap((item) => {
    const from = instant(item.current_period_start);
    const to = instant(item.current_period_end);
    return from === undefined || to === undefined ? [] : [{ start: from, end: to }];
  });
  // Items may be billed at different intervals: what ends first is charged first.
  return periods.sort((a, b) => a.end - b.end || b.start - a.start)[0] ?? {};
}

/** Payment on account: an invoice that is sent has a term, and metered use is charged when the period is over. */
function creditUntil(
  subscription: Json,
  items: readonly Json[],
  start: number | undefined,
  end: number | undefined,
): number | undefined {
  const metered = items.every((item) => object(object(item.price)?.recurring)?.usage_type === 'metered');
  if (metered && items.length > 0) return end;
  if (subscription.collection_method !== 'send_invoice' || start === undefined) return undefined;
  return start + (numeric(subscription.days_until_due) ?? 0) * DAY_MS;
}

function pausedCollection(pause: Json | undefined): PausedCollection | undefined {
  const behavior = PAUSES.find((known) => known === pause?.behavior);
  return behavior && defined({ behavior, resumesAt: instant(pause?.resumes_at) });
}

/** Without the members that are undefined: what is stored and read again must be equal to what was stored. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
