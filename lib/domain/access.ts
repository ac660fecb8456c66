import { NEVER } from './account';
import type { LapseReason } from './reason';

const DAY_MS = 86_400_000;

/** The statuses of a Stripe subscription, and `none` for an account that has never had one. */
export const SUBSCRIPTION_STATUSES = [
  'none',
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'canceled',
  'unpaid',
  'paused',
] as const;

export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** A subscription, reduced to what access follows from. Instants are milliseconds since the epoch. */
export interface SubscriptionState {
  readonly status: SubscriptionStatus;
  /** End of the last period that was paid for; absent: none was. */
  readonly paidThrough?: number;
  /** Start of a period whose charge failed, where it is known; absent: it follows what was paid or on trial. */
  readonly unpaidSince?: number;
  readonly trialEnd?: number;
  /** The provider will charge again at the boundary; false when the subscription is set to end there. */
  readonly renews: boolean;
  /** Access ends here whatever was paid: an ended or ending subscription, a pause. */
  readonly endsAt?: number;
}

export interface AccessTerms {
  /** Access after a failed payment, from the start of the unpaid period. */
  readonly graceDays: number;
  /** Time for the renewal's event to arrive, added to a boundary that renews by itself. */
  readonly renewalSlackMs: number;
}

export interface Access {
  readonly accessUntil: number;
  readonly lapseReason: LapseReason;
}

/** Six hours: Stripe finalises a renewal's invoice about an hour after the period has moved. */
export const DEFAULT_RENEWAL_SLACK_MS = 6 * 3_600_000;

/** Access on a free plan, or granted by hand: it does not end. */
export const UNLIMITED_ACCESS: Access = { accessUntil: NEVER, lapseReason: 'no_subscription' };

/** The instant until which a subscription grants access, and the reason that applies from then on. */
export function accessOf(state: SubscriptionState, terms: AccessTerms): Access {
  const access = accessByStatus(state, terms);
  if (state.endsAt === undefined || state.endsAt >= access.accessUntil) return access;
  return { accessUntil: state.endsAt, lapseReason: endReason(state, access) };
}

function accessByStatus(state: SubscriptionState, terms: AccessTerms): Access {
  const paidThrough = state.paidThrough ?? 0;
  const slack = state.renews ? terms.renewalSlackMs : 0;
  switch (state.status) {
    case 'none':
    case 'incomplete_expired':
      return { accessUntil: 0, lapseReason: 'no_subscription' };
    case 'incomplete':
      return { accessUntil: 0, lapseReason: 'payment_incomplete' };
    case 'trialing':
      return { accessUntil: (state.trialEnd ?? 0) + slack, lapseReason: 'trial_ended' };
    case 'active':
      return {
        accessUntil: Math.max(paidThrough, state.trialEnd ?? 0) + slack,
        lapseReason: state.renews ? 'payment_failed' : 'subscription_canceled',
      };
    case 'past_due':
      // From the start of the unpaid period: the provider has already moved the period's end a month on.
      return {
        accessUntil: unpaidFrom(state) + terms.graceDays * DAY_MS,
        lapseReason: 'payment_failed',
      };
    case 'unpaid':
      return { accessUntil: Math.min(paidThrough, unpaidFrom(state)), lapseReason: 'payment_failed' };
    case 'canceled':
      return { accessUntil: endedAt(state), lapseReason: 'subscription_canceled' };
    case 'paused':
      return { accessUntil: endedAt(state), lapseReason: 'subscription_paused' };
  }
}

/**
 * Where grace begins. A failed invoice may lie within what was paid (an upgrade in mid-period); it begins later than
 * that only when nothing is known to have been paid, as a second failed renewal would otherwise buy a second grace.
 */
export function unpaidFrom({ paidThrough = 0, trialEnd = 0, unpaidSince }: SubscriptionState): number {
  const granted = Math.max(paidThrough, trialEnd);
  if (unpaidSince === undefined) return granted;
  return granted === 0 ? unpaidSince : Math.min(granted, unpaidSince);
}

/** An end cuts short what was paid for or on trial; it never adds to it. */
function endedAt({ paidThrough = 0, trialEnd = 0, endsAt = paidThrough }: SubscriptionState): number {
  return Math.min(endsAt, Math.max(paidThrough, trialEnd));
}

function endReason(state: SubscriptionState, access: Access): LapseReason {
  if (state.status === 'trialing' && state.endsAt === state.trialEnd) return access.lapseReason;
  return state.status === 'paused' ? 'subscription_paused' : 'subscription_canceled';
}
