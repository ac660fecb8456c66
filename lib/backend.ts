import type { PeriodUnit } from './domain/period';
import { rateLimitHeaders as headersOf } from './domain/usage';

/** The part of an API Gateway proxy event that the authorizer has filled in. */
export interface PaidRequest {
  readonly requestContext: { readonly authorizer?: Readonly<Record<string, unknown>> | null };
}

const UNITS: readonly string[] = ['day', 'week', 'month'] satisfies PeriodUnit[];

/**
 * The caller's quota as `RateLimit` and `RateLimit-Policy` header fields, for a Lambda function behind the paywall.
 *
 * What remains is what the account had when units were last taken for the caller: function environments hold some in
 * hand, so that the number is at most one second of the caller's rate too low.
 *
 * @param event of the Lambda proxy integration
 * @param now milliseconds since the epoch; the clock of this machine unless given
 * @returns no fields where the plan has no quota, where API Gateway's usage plans count it, and on routes without
 * authorizer
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateLimitHeaders(event: PaidRequest, now: number = Date.now()): Record<string, string> {
  const { limit, remaining, period, periodStart, periodEnd } = event.requestContext.authorizer ?? {};
  // API Gateway delivers every value of the authorizer's context as text.
  const units = { limit: wholeNumber(limit), remaining: wholeNumber(remaining) };
  const start = Date.parse(String(periodStart));
  const end = Date.parse(String(periodEnd));
  const known = typeof period === 'string' && UNITS.includes(period);
  if (!known || units.limit === undefined || Number.isNaN(start) || Number.isNaN(end)) return {};
  return {
    ...headersOf(
      {
        quota: { period: period as PeriodUnit },
        limit: units.limit,
        remaining: Math.max(0, units.remaining ?? 0),
        start,
        end,
      },
      now,
    ),
  };
}

function wholeNumber(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
