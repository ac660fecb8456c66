import type { AccountRecord } from './account';
import { periodStart } from './period';
import type { PlanDefinition, QuotaDefinition } from './plan';

/** What of an account decides on the limit of a period. */
export interface Entitlement {
  readonly quantity?: number;
  readonly paidUntil?: number;
  /** The account's own limit; see `AccountRecord`. */
  readonly quotaLimit?: number;
}

/**
 * Units of a quota period that starts at `start`. A period that starts beyond what is paid for, in slack or grace,
 * is worth the plan's grace quota until the payment is in.
 */
export function periodLimit(plan: PlanDefinition, entitlement: Entitlement, start: number): number {
  if (plan.quota === undefined) return Infinity;
  const limit = entitlement.quotaLimit ?? plan.quota.limit * (entitlement.quantity ?? 1);
  return isOnCredit(entitlement, start) && plan.graceQuota !== undefined
    ? Math.min(limit, plan.graceQuota)
    : limit;
}

/**
 * What the open period hands out. While a grace quota stands in for the limit there is nothing beyond it: units that the
 * payment brings are not to be billed as overage, and whoever does not pay is not to have them on account.
 */
export function openQuota(
  { quota, graceQuota }: PlanDefinition,
  account: Entitlement & Pick<AccountRecord, 'periodId'>,
): QuotaDefinition | undefined {
  if (quota?.maxOverage === undefined || graceQuota === undefined) return quota;
  const start = periodStart(account.periodId);
  return start !== undefined && isOnCredit(account, start) ? { ...quota, maxOverage: 0 } : quota;
}

function isOnCredit({ paidUntil }: Entitlement, start: number): boolean {
  return paidUntil !== undefined && start >= paidUntil;
}

/** Where units come from: the period first, then what was bought on top, then beyond the limit. */
export interface Draw {
  readonly remaining: number;
  readonly credits: number;
  readonly overage: number;
}

/** Units of the period alone, for a caller of whose account nothing is known yet. */
export function drawFromPeriod(units: number): Draw {
  return { remaining: units, credits: 0, overage: 0 };
}

type Stock = Pick<AccountRecord, 'remaining' | 'credits' | 'overage'>;

/**
 * How an account pays for a number of units.
 *
 * @returns `undefined` when it cannot
 */
export function drawUnits(stock: Stock, quota: QuotaDefinition, units: number): Draw | undefined {
  const { remaining: left, credits: bought = 0, overage: over = 0 } = stock;
  const remaining = Math.max(0, Math.min(units, left));
  const credits = Math.max(0, Math.min(units - remaining, bought));
  const overage = units - remaining - credits;
  return over + overage <= (quota.maxOverage ?? 0) || overage === 0
    ? { remaining, credits, overage }
    : undefined;
}

/** Units that an account can still pay for in its period. */
export function unitsInReach(
  { remaining, credits = 0, overage = 0 }: Stock,
  { maxOverage = 0 }: QuotaDefinition,
): number {
  return Math.max(0, remaining) + Math.max(0, credits) + Math.max(0, maxOverage - overage);
}

export function unitsOf({ remaining, credits, overage }: Draw): number {
  return remaining + credits + overage;
}
