import type { PlanDefinition } from './plan';

/** What of an account decides on the limit of a period. */
export interface Entitlement {
  readonly quantity?: number;
  readonly paidUntil?: number;
}

/**
 * Units of a quota period that starts at `start`. A period that starts beyond what is paid for, in slack or grace,
 * is worth the plan's grace quota until the payment is in.
 */
export function periodLimit(plan: PlanDefinition, entitlement: Entitlement, start: number): number {
  const limit = (plan.quota?.limit ?? Infinity) * (entitlement.quantity ?? 1);
  const onCredit = entitlement.paidUntil !== undefined && start >= entitlement.paidUntil;
  return onCredit && plan.graceQuota !== undefined ? Math.min(limit, plan.graceQuota) : limit;
}
