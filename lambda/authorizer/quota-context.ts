import type { AccountRecord } from '../../lib/domain/account';
import { periodStart } from '../../lib/domain/period';
import type { PlanDefinition } from '../../lib/domain/plan';
import { periodLimit } from '../../lib/domain/quota';

/**
 * What the backend and the bodies of a 429 and of `QUOTA_EXCEEDED` are told of the caller's quota: `lib/backend.ts`
 * makes header fields of it. Empty where nobody knows.
 */
export interface QuotaContext {
  readonly remaining: number | string;
  readonly limit: number | string;
  /** `day`, `week` or `month`. */
  readonly period: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

const UNCOUNTED = { remaining: '', limit: '', period: '', periodStart: '', periodEnd: '' };

export function quotaContext(
  account: AccountRecord | undefined,
  plan: PlanDefinition | undefined,
): QuotaContext {
  if (account === undefined || plan?.quota === undefined) return UNCOUNTED;
  const start = periodStart(account.periodId);
  // No period is open: the account has not called since it came to the plan.
  if (start === undefined) return UNCOUNTED;
  return {
    remaining: account.remaining,
    limit: periodLimit(plan, account, start),
    period: plan.quota.period,
    periodStart: new Date(start).toISOString(),
    periodEnd: account.periodEnd ? new Date(account.periodEnd).toISOString() : '',
  };
}

/** Where API Gateway's usage plans count, the plan's limit is all that is known: the account's own numbers stand still. */
export function usagePlanQuotaContext(plan: PlanDefinition | undefined): QuotaContext {
  return { ...UNCOUNTED, limit: plan?.quota?.limit ?? '' };
}
