import type { AccountRecord } from './account';
import { periodAt, periodStart } from './period';
import type { PlanDefinition, QuotaDefinition } from './plan';
import { periodLimit } from './quota';

/** Where an account stands in its quota period. Instants are milliseconds since the epoch. */
export interface Usage {
  readonly quota: QuotaDefinition;
  /** Units of the period: the quota as often as the plan was bought, or the grace quota. */
  readonly limit: number;
  readonly start: number;
  /** When the units are renewed. */
  readonly end: number;
  /** Units that were handed out, those in the hands of function environments included. */
  readonly used: number;
  /** Never below 0. */
  readonly remaining: number;
  /** Bought units that outlive the period. */
  readonly credits: number;
  /** Units of the period that were handed out beyond its limit. */
  readonly overage: number;
}

/**
 * Usage in the period that holds `now`: an account that has not called since the last period ended has used nothing.
 *
 * @returns `undefined` when the plan has no quota
 */
export function usageOf(
  account: AccountRecord,
  plan: PlanDefinition | undefined,
  now: number,
): Usage | undefined {
  if (plan?.quota === undefined) return undefined;
  const { quota } = plan;
  const period = periodAt(quota.period, quota.anchor, account.anchorAt, now);
  const open = now < account.periodEnd;
  // The open period may have been begun on another plan, from another day.
  const start = (open ? periodStart(account.periodId) : undefined) ?? period.start;
  const limit = periodLimit(plan, account, start);
  const remaining = open ? Math.max(0, account.remaining) : limit;
  return {
    quota,
    limit,
    start,
    end: open ? account.periodEnd : period.end,
    used: Math.max(0, limit - remaining),
    remaining,
    credits: account.credits ?? 0,
    overage: open ? (account.overage ?? 0) : 0,
  };
}

/**
 * Usage as response header fields.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitHeaders(
  usage: Pick<Usage, 'limit' | 'remaining' | 'start' | 'end'> & {
    readonly quota: Pick<QuotaDefinition, 'period'>;
  },
  now: number,
): Readonly<Record<string, string>> {
  const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));
  const name = `"${usage.quota.period}"`;
  return {
    'RateLimit-Policy': `${name};q=${usage.limit};w=${seconds(usage.end - usage.start)}`,
    RateLimit: `${name};r=${usage.remaining};t=${seconds(usage.end - now)}`,
  };
}
