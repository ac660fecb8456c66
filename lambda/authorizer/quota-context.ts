import type { AccountRecord } from '../../lib/domain/account';
import type { Catalogue } from '../../lib/domain/catalogue';
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

/**
 * What is told of the accounts of a catalogue. Put together once for each record of an account: a lease answers many
 * requests with the one that it was opened with, and to write two dates takes longer than to decide.
 */
export function quotaContexts(catalogue: Catalogue): (account: AccountRecord | undefined) => QuotaContext {
  const { plans, quotaEnforcement } = catalogue.definition;
  if (quotaEnforcement === 'usage-plan') {
    return (account) => usagePlanQuotaContext(plans.find(({ id }) => id === account?.plan));
  }
  const contexts = new WeakMap<AccountRecord, QuotaContext>();
  return (account) => {
    if (account?.plan === undefined) return UNCOUNTED;
    let context = contexts.get(account);
    if (context === undefined) {
      context = quotaContext(account, catalogue.plan(account.plan));
      contexts.set(account, context);
    }
    return context;
  };
}

function quotaContext(account: AccountRecord, plan: PlanDefinition | undefined): QuotaContext {
  if (plan?.quota === undefined) return UNCOUNTED;
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
function usagePlanQuotaContext(plan: PlanDefinition | undefined): QuotaContext {
  return { ...UNCOUNTED, limit: plan?.quota?.limit ?? '' };
}
