import type { AccountRecord, KeyGrant } from './account';
import type { RouteRequirement } from './catalogue';
import { carriesScope, type Credential } from './decision';
import type { PlanDefinition } from './plan';

/**
 * Units that one function environment has subtracted from an account and may hand out from memory.
 *
 * ```
 * take            endsAt          graceEndsAt         hardEndsAt
 *  |-- leaseDuration --|-- outageGrace --|                 |
 *  |   serves          | serves only while the store       | access, key or period ends:
 *  |                   | cannot be reached                 | nothing is served past it
 * ```
 * `endsAt` and `graceEndsAt` never lie beyond `hardEndsAt`.
 */
export interface Lease {
  /** Of the key that it was taken with: a forged key of the same account must not ride on it. */
  readonly fingerprint: string | undefined;
  readonly account: AccountRecord;
  readonly grant: KeyGrant | undefined;
  /** Units left; `Infinity` on a plan without quota. */
  units: number;
  readonly takenAt: number;
  readonly endsAt: number;
  readonly graceEndsAt: number;
}

export interface LeaseTerms {
  /** How long a lease serves, milliseconds: the bound on how late an unscheduled lapse bites. */
  readonly leaseDurationMs: number;
  /** How much longer it serves while the store cannot be reached, milliseconds. */
  readonly outageGraceMs: number;
}

/** Share of the remaining units that one lease may hold: the last units of a quota go out one by one. */
const LARGEST_SHARE = 0.01;

/**
 * Units to ask for: the caller's own rate in this environment over the last second, at least the cost of the
 * request, at most 1 % of what was last seen to remain.
 */
export function unitsToTake(cost: number, unitsLastSecond: number, remaining: number): number {
  return Math.max(cost, Math.min(unitsLastSecond, Math.floor(remaining * LARGEST_SHARE)));
}

export function openLease(
  fingerprint: string | undefined,
  account: AccountRecord,
  grant: KeyGrant | undefined,
  plan: PlanDefinition | undefined,
  units: number,
  terms: LeaseTerms,
  now: number,
): Lease {
  const hardEndsAt = Math.min(
    account.accessUntil,
    grant?.expiresAt ?? Infinity,
    plan?.quota === undefined ? Infinity : account.periodEnd,
  );
  const endsAt = Math.min(now + terms.leaseDurationMs, hardEndsAt);
  return {
    fingerprint,
    account,
    grant,
    units,
    takenAt: now,
    endsAt,
    graceEndsAt: Math.min(now + terms.leaseDurationMs + terms.outageGraceMs, hardEndsAt),
  };
}

/** Whether the lease answers for this request, apart from the time. */
export function leaseCovers(lease: Lease, credential: Credential, route: RouteRequirement): boolean {
  if (lease.units < route.cost) return false;
  // Tokens of one account share a lease, and each carries its own scopes.
  if (!carriesScope(credential, lease.grant, route)) return false;
  return route.routeClass !== 'paid' || route.plans.includes(lease.account.plan ?? '');
}
