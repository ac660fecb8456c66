import type { AccountRecord } from '../../lib/domain/account';
import { periodStart } from '../../lib/domain/billing/quota-effect';
import type { PlanDefinition } from '../../lib/domain/plan';
import { periodLimit } from '../../lib/domain/quota';

/** What the backend is told of the caller's quota: `lib/backend.ts` makes header fields of it. Empty without one. */
export interface QuotaContext {
  readonly remaining: number;
  readonly limit: number | string;
  /** `day`, `week` or `month`. */
  readonly period: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

export function quotaContext(
  account: AccountRecord | undefined,
  plan: PlanDefinition | undefined,
): QuotaContext {
  const start = account && periodStart(account.periodId);
  const counted = account !== undefined && start !== undefined && plan?.quota !== undefined;
  return {
    remaining: account?.remaining ?? 0,
    limit: counted ? periodLimit(plan, account, start) : '',
    period: counted ? plan.quota!.period : '',
    periodStart: counted ? new Date(start).toISOString() : '',
    periodEnd: account?.periodEnd ? new Date(account.periodEnd).toISOString() : '',
  };
}
