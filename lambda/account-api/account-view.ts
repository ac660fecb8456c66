import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { dailyUsage } from '../../lib/domain/daily-usage';
import type { QuotaDefinition } from '../../lib/domain/plan';
import type { Usage } from '../../lib/domain/usage';

/** What `GET /account` says. An account that does not exist is one that has not subscribed yet. */
export function accountView(
  accountId: string,
  account: AccountRecord | undefined,
  usage: Usage | undefined,
  now: number,
): object {
  if (account === undefined) {
    return {
      account: accountId,
      ...{ plan: null, status: 'none', reason: 'no_subscription', accessUntil: null, keys: 0, usage: null },
    };
  }
  const open = now < account.accessUntil;
  return {
    account: accountId,
    plan: account.plan ?? null,
    status: statusOf(account, open),
    reason: open ? null : account.lapseReason,
    accessUntil: instant(account.accessUntil),
    keys: Object.keys(account.keys).length,
    usage: usage
      ? {
          limit: usage.limit,
          used: usage.used,
          remaining: usage.remaining,
          resetsAt: instant(usage.end),
        }
      : null,
  };
}

function statusOf(account: AccountRecord, open: boolean): string {
  if (account.suspended) return 'suspended';
  if (account.plan === undefined) return 'none';
  return open ? 'active' : 'lapsed';
}

/**
 * What `GET /account/usage` says of a quota that a usage plan of API Gateway holds. What is left of it only its control
 * plane knows, which answers ten requests per second for a whole AWS account: too few for every customer who looks.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function usagePlanView(plan: string, { limit, period }: QuotaDefinition): object {
  return {
    plan,
    period,
    limit,
    used: null,
    remaining: null,
    resetsAt: null,
    countedBy: 'usage-plan',
  };
}

/** What `GET /account/usage` says; without a quota there is nothing to count. */
export function usageView(account: AccountRecord | undefined, usage: Usage | undefined, now: number): object {
  const plan = account?.plan ?? null;
  if (!usage) return { plan, limit: null, used: null, remaining: null, resetsAt: null, days: [] };
  return {
    plan,
    period: usage.quota.period,
    limit: usage.limit,
    used: usage.used,
    remaining: usage.remaining,
    credits: usage.credits,
    overage: usage.overage,
    startedAt: instant(usage.start),
    resetsAt: instant(usage.end),
    days: dailyUsage(account?.daily, usage.start, now),
  };
}

/** ISO 8601; null: never. */
export function instant(at: number): string | null {
  return at >= NEVER ? null : new Date(at).toISOString();
}
