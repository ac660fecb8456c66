import { DEFAULT_RENEWAL_SLACK_MS } from '../access';
import type { PlanDefinition } from '../plan';
import type { SubscriptionItem } from './fact';

/** What the seller has decided about money; the same at every place that projects. */
export interface BillingTerms {
  /** Of the catalogue, cheapest first: where two would do, the later one is given. */
  readonly plans: readonly PlanDefinition[];
  /** Milliseconds added to a boundary at which the provider charges by itself. */
  readonly renewalSlackMs: number;
  /** What a full refund of the current period does to access. */
  readonly refunds: ReversalPolicy;
  /** What a dispute of the current period's payment does to access, until it is won. */
  readonly disputes: ReversalPolicy;
  /**
   * What a paused collection whose invoices are voided means: Stripe recommends it both for service that is given
   * away and for service that is suspended. The other two behaviours are always service without payment.
   *
   * @see https://docs.stripe.com/billing/subscriptions/pause-payment
   */
  readonly voidedInvoices: 'lapse' | 'serve';
}

export type ReversalPolicy = 'lapse' | 'ignore';

export const DEFAULT_BILLING_TERMS: Omit<BillingTerms, 'plans'> = {
  renewalSlackMs: DEFAULT_RENEWAL_SLACK_MS,
  refunds: 'lapse',
  disputes: 'lapse',
  voidedInvoices: 'lapse',
};

export interface PurchasedPlan {
  readonly plan: PlanDefinition;
  /** Place in the catalogue. */
  readonly rank: number;
  /** Whole number above 0; multiplies the quota. */
  readonly quantity: number;
}

/** The best plan among the items; `undefined` when no item buys a plan of the catalogue. */
export function purchasedPlan(
  items: readonly SubscriptionItem[],
  plans: readonly PlanDefinition[],
): PurchasedPlan | undefined {
  for (let rank = plans.length - 1; rank >= 0; rank -= 1) {
    const plan = plans[rank]!;
    const bought = items.filter((item) => item.quantity > 0 && buys(item, plan));
    if (bought.length > 0)
      return { plan, rank, quantity: bought.reduce((sum, item) => sum + item.quantity, 0) };
  }
  return undefined;
}

function buys(item: SubscriptionItem, plan: PlanDefinition): boolean {
  if (item.plan !== undefined) return item.plan === plan.id;
  return item.price !== undefined && (plan.priceIds ?? []).includes(item.price);
}
