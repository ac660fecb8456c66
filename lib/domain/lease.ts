import type { AccountRecord, KeyGrant } from './account';
import type { RouteRequirement } from './catalogue';
import { carriesScope, holdsRoute, type Credential } from './decision';
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
 * Writes per second that the environments of one account aim at together: half of the 1,000 that one partition, and
 * so one item, takes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const WRITES_PER_SECOND = 500;

/**
 * Units to ask for: what this environment hands out in {@link leaseSeconds}, at least the cost of the request, at
 * most 1 % of what was last seen to remain.
 */
export function unitsToTake(cost: number, wanted: number, remaining: number): number {
  return Math.max(cost, Math.min(wanted, Math.floor(remaining * LARGEST_SHARE)));
}

/**
 * For how long a lease should last at the environment's own rate: a second, so that no more than that is stranded
 * when the caller stops; longer only where so many environments serve the account that a write per second of each
 * would be more than its item takes.
 *
 * @param own units per second of this environment
 * @param account units per second of the account, all environments together
 * @param longest seconds after which a lease ends anyway
 */
export function leaseSeconds(own: number, account: number, longest: number): number {
  const environments = account / Math.max(1, own);
  return Math.max(1, Math.min(longest, environments / WRITES_PER_SECOND));
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
  return route.routeClass !== 'paid' || holdsRoute(lease.account, route);
}
