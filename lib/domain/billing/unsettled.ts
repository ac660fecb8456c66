import type { BillingState } from './registers';
import { isTerminal } from './snapshot-order';

/** A subscription of which the provider should be asked. */
export interface Unsettled {
  readonly subscription: string;
  /** Instant that the answer must be later than, to settle anything; the provider's time. */
  readonly after: number;
}

/** Statuses that no subscription comes to without a first payment. */
const PAYING: readonly string[] = ['active', 'past_due', 'unpaid'];

/**
 * Subscriptions on which the events alone leave a doubt: two snapshots of one second that differ, payments without a
 * snapshot, a living subscription of which no payment is known. Without an answer the registers converge all the
 * same, but a tie was decided by rank, and what was never delivered stays unknown.
 */
export function unsettledSubscriptions(state: BillingState): readonly Unsettled[] {
  return Object.entries(state.subscriptions).flatMap(([subscription, { latest, paid }]) => {
    if (latest === undefined) return [{ subscription, after: 0 }];
    const { tied, at, snapshot } = latest;
    if (tied && !isTerminal(snapshot.status)) return [{ subscription, after: at }];
    const unpaid =
      PAYING.includes(snapshot.status) && snapshot.creditUntil === undefined && paid.length === 0;
    return unpaid ? [{ subscription, after: 0 }] : [];
  });
}
