import type { AccountRecord } from './account';
import { periodAt } from './period';
import type { PlanDefinition, QuotaDefinition } from './plan';

/** Where an account stands in its quota period. Instants are milliseconds since the epoch. */
export interface Usage {
  readonly quota: QuotaDefinition;
  readonly start: number;
  /** When the units are renewed. */
  readonly end: number;
  /** Units that were handed out, those in the hands of function environments included. */
  readonly used: number;
  /** Never below 0. */
  readonly remaining: number;
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
  const remaining = now < account.periodEnd ? Math.max(0, account.remaining) : quota.limit;
  const end = now < account.periodEnd ? account.periodEnd : period.end;
  return { quota, start: period.start, end, remaining, used: Math.max(0, quota.limit - remaining) };
}

/**
 * Usage as response header fields.
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitHeaders(usage: Usage, now: number): Readonly<Record<string, string>> {
  const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));
  const name = `"${usage.quota.period}"`;
  return {
    'RateLimit-Policy': `${name};q=${usage.quota.limit};w=${seconds(usage.end - usage.start)}`,
    RateLimit: `${name};r=${usage.remaining};t=${seconds(usage.end - now)}`,
  };
}
