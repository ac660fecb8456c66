import type { AccountRecord, KeyGrant } from './account';
import type { Catalogue, RouteRequirement } from './catalogue';
import { periodAt, periodStart, type Period } from './period';
import type { PlanDefinition, QuotaDefinition } from './plan';
import { drawUnits, openQuota, periodLimit, unitsInReach, type Draw } from './quota';
import type { Reason } from './reason';

/** Who calls, before the account is looked at. */
export interface Credential {
  readonly accountId: string;
  /** Of the key that was presented; absent when a token of a trusted issuer vouches for the account. */
  readonly fingerprint?: string;
  /** Scopes that a token carries; absent: none. Those of a key are in its grant. */
  readonly scopes?: readonly string[];
}

/** Why a credential is not believed. */
export type CredentialFault =
  'malformed_credential' | 'unknown_account' | 'unknown_key' | 'expired_key' | TokenFault;

/** Why a token is not believed. */
export type TokenFault =
  | 'token_malformed'
  | 'token_algorithm_refused'
  | 'token_issuer_unknown'
  | 'token_audience_unknown'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_key_unknown'
  | 'token_signature_invalid'
  | 'token_account_invalid';

/** Why a caller who may have paid is refused all the same. */
export type Prohibition = 'account_suspended' | 'scope_missing' | 'usage_key_missing';

/** What is owed, in the terms of the problem that the caller is told. */
export interface PaymentRequired {
  readonly kind: 'payment-required';
  readonly reason: Reason;
  /** When the refusal ends by itself, milliseconds since the epoch; absent: it does not. */
  readonly retryAt?: number;
  /** Cheapest plan that would do, where there is one. */
  readonly suggestedPlan?: string;
  /** What the quota holds and what was asked of it; only of a quota that is spent. */
  readonly quota?: QuotaStand;
}

/** Units. */
export interface QuotaStand {
  readonly limit: number;
  /** What the account can still pay for in the period: bought units and those beyond a soft limit included. */
  readonly remaining: number;
  /** What the request costs. */
  readonly cost: number;
}

export type Decision =
  | {
      readonly kind: 'allow';
      readonly grant: KeyGrant | undefined;
      readonly plan: PlanDefinition | undefined;
      /** Units that have to be taken first; absent: none. */
      readonly draw?: Draw;
    }
  /** The quota period is over: the next one has to be opened, and decides. */
  | {
      readonly kind: 'roll-over';
      readonly next: Period;
      readonly limit: number;
      readonly plan: PlanDefinition;
    }
  | { readonly kind: 'unauthorized'; readonly cause: CredentialFault }
  | PaymentRequired
  | { readonly kind: 'forbidden'; readonly cause: Prohibition }
  /** The data contradict the code; nobody's payment is at fault. */
  | { readonly kind: 'fault'; readonly cause: 'plan_not_in_catalogue' | 'account_damaged' };

/** Furthest instant from the epoch that a `Date` can hold, milliseconds. */
const FURTHEST_INSTANT = 8_640_000_000_000_000;

/**
 * Whether this account may make this request now. Pure; the order of the checks is the order in which a person
 * would explain a refusal: who, whether at all, then money. Times are compared so that a number which is not one
 * grants nothing. Never throws.
 *
 * @param account as read; `undefined`: there is none
 */
export function decide(
  credential: Credential,
  account: AccountRecord | undefined,
  route: RouteRequirement,
  catalogue: Catalogue,
  now: number,
): Decision {
  const identified = identify(credential, account, now);
  if (identified.kind !== 'identified') return identified;
  const { grant } = identified;
  if (account === undefined && route.routeClass === 'paid') {
    return { kind: 'payment-required', reason: 'no_subscription' };
  }
  if (account?.suspended) return { kind: 'forbidden', cause: 'account_suspended' };
  if (!carriesScope(credential, grant, route)) return { kind: 'forbidden', cause: 'scope_missing' };
  const plan = account?.plan === undefined ? undefined : catalogue.plan(account.plan);
  // Who has no account yet is known by a token, which is enough to look around and to check out.
  if (account === undefined || route.routeClass !== 'paid') return { kind: 'allow', grant, plan };

  if (account.plan === undefined) return { kind: 'payment-required', reason: 'no_subscription' };
  if (!(now < account.accessUntil)) return { kind: 'payment-required', reason: account.lapseReason };
  if (plan === undefined) return { kind: 'fault', cause: 'plan_not_in_catalogue' };
  if (!holdsRoute(account, route)) {
    return { kind: 'payment-required', reason: 'plan_upgrade_required', suggestedPlan: route.plans[0] };
  }
  // Where usage plans count, a call on a shared key would be counted for nobody.
  if (catalogue.definition.quotaEnforcement === 'usage-plan' && account.usageKey === undefined) {
    return { kind: 'forbidden', cause: 'usage_key_missing' };
  }
  return plan.quota === undefined
    ? { kind: 'allow', grant, plan }
    : spend(account, plan, plan.quota, grant, route.cost, now);
}

/** Scopes of the caller: a key's are the seller's grant, a token's are what its issuer wrote into it. */
export function scopesOf(credential: Credential, grant: KeyGrant | undefined): readonly string[] {
  return (credential.fingerprint === undefined ? credential.scopes : grant?.scopes) ?? [];
}

/** Whether the caller has the scope that the route asks for, if it asks for one. */
export function carriesScope(
  credential: Credential,
  grant: KeyGrant | undefined,
  route: RouteRequirement,
): boolean {
  return route.scope === undefined || scopesOf(credential, grant).includes(route.scope);
}

/** Whether the account's plan holds the route, or the plan whose routes it may call beside those. */
export function holdsRoute(
  { plan, routesOf }: Pick<AccountRecord, 'plan' | 'routesOf'>,
  route: RouteRequirement,
): boolean {
  return [plan, routesOf].some((id) => id !== undefined && route.plans.includes(id));
}

type Identified = { readonly kind: 'identified'; readonly grant: KeyGrant | undefined };

function identify(
  credential: Credential,
  account: AccountRecord | undefined,
  now: number,
): Identified | { kind: 'unauthorized'; cause: CredentialFault } {
  // A valid token of nobody's account is a caller who has not subscribed; a key of nobody's account is forged.
  if (credential.fingerprint === undefined) return { kind: 'identified', grant: undefined };
  if (account === undefined) return { kind: 'unauthorized', cause: 'unknown_account' };
  const grant = Object.hasOwn(account.keys, credential.fingerprint)
    ? account.keys[credential.fingerprint]
    : undefined;
  if (grant === undefined) return { kind: 'unauthorized', cause: 'unknown_key' };
  if (!(now < grant.expiresAt)) return { kind: 'unauthorized', cause: 'expired_key' };
  return { kind: 'identified', grant };
}

function spend(
  account: AccountRecord,
  plan: PlanDefinition,
  quota: QuotaDefinition,
  grant: KeyGrant | undefined,
  cost: number,
  now: number,
): Decision {
  const instants = [account.anchorAt, account.periodEnd];
  if (!instants.every((instant) => Math.abs(instant) <= FURTHEST_INSTANT)) {
    return { kind: 'fault', cause: 'account_damaged' };
  }
  if (now >= account.periodEnd) {
    const next = periodAt(quota.period, quota.anchor, account.anchorAt, now);
    return { kind: 'roll-over', next, limit: periodLimit(plan, account, next.start), plan };
  }
  const open = openQuota(plan, account) ?? quota;
  const draw = drawUnits(account, open, cost);
  if (draw) return { kind: 'allow', grant, plan, draw };
  const start = periodStart(account.periodId) ?? now;
  return {
    kind: 'payment-required',
    reason: 'quota_exceeded',
    retryAt: account.periodEnd,
    quota: { limit: periodLimit(plan, account, start), remaining: unitsInReach(account, open), cost },
  };
}
