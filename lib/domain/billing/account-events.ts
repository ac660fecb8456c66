import type { AccountProjection } from './projection';

/** `source` of every event on the bus: what rules select by. */
export const EVENT_SOURCE = 'cdk-api-paywall';

/** What others may want to hear of an account's payments: part of the public contract of the event bus. */
export const BILLING_EVENT_TYPES = [
  'trial.started',
  'subscription.activated',
  'subscription.renewed',
  'subscription.cancellation_scheduled',
  'subscription.canceled',
  'subscription.paused',
  'subscription.resumed',
  'plan.changed',
  'plan.unknown',
  'payment.failed',
  'payment.recovered',
  'payment.reversed',
] as const;

export type BillingEventType = (typeof BILLING_EVENT_TYPES)[number];

type Standing = AccountProjection['standing'];

const IN_ARREARS: readonly Standing[] = ['past_due', 'unpaid'];

/** What happened between two projections of one account, in the order in which a person would tell it. */
export function billingEvents(
  before: AccountProjection | undefined,
  after: AccountProjection,
): readonly BillingEventType[] {
  const events: BillingEventType[] = [];
  const was = before?.standing ?? 'none';
  if (after.reversed && before?.reversed !== true) events.push('payment.reversed');
  const change = standingEvent(was, after.standing);
  if (change !== undefined) events.push(change);
  if (
    after.standing !== 'none' &&
    after.plan === undefined &&
    (before === undefined || before.plan !== undefined)
  ) {
    events.push('plan.unknown');
  }
  if (before?.plan !== undefined && after.plan !== undefined && after.plan !== before.plan) {
    events.push('plan.changed');
  }
  if (change === undefined && before !== undefined && after.standing === 'active') {
    if (after.paidUntil > before.paidUntil) events.push('subscription.renewed');
  }
  const lives = after.standing === 'active' || after.standing === 'trialing' || after.standing === 'past_due';
  if (lives && before?.renews === true && !after.renews) events.push('subscription.cancellation_scheduled');
  return events;
}

function standingEvent(was: Standing, is: Standing): BillingEventType | undefined {
  if (was === is) return undefined;
  switch (is) {
    case 'trialing':
      return 'trial.started';
    case 'active':
      if (IN_ARREARS.includes(was)) return 'payment.recovered';
      return was === 'paused' ? 'subscription.resumed' : 'subscription.activated';
    case 'past_due':
    case 'unpaid':
      return IN_ARREARS.includes(was) ? undefined : 'payment.failed';
    case 'incomplete':
      // Each first payment passes through it, for seconds as a rule: nothing has changed yet.
      return undefined;
    case 'paused':
      return 'subscription.paused';
    case 'canceled':
    case 'incomplete_expired':
    case 'none':
      return was === 'canceled' || was === 'incomplete' || was === 'incomplete_expired' || was === 'none'
        ? undefined
        : 'subscription.canceled';
  }
}
