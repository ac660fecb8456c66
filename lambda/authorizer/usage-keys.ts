import type { AccountRecord } from '../../lib/domain/account';
import type { RouteRequirement } from '../../lib/domain/catalogue';
import { isOfAnotherPaywall, poolIndexOf, poolUsageKey } from '../../lib/domain/usage-key';

export interface UsageKeys {
  /** See `lib/domain/usage-key.ts`. */
  readonly scope: string;
  readonly poolKeys: number;
  /** Whether every method behind the authorizer asks API Gateway to check the key; proven at synth by `Paywall`. */
  readonly required: boolean;
}

/** The account's own API Gateway key, or its pool key as long as it has none on this stage. */
export function accountUsageKeyOrPool(
  accountId: string,
  account: AccountRecord | undefined,
  keys: UsageKeys,
): string {
  const own = account?.usageKey;
  return own === undefined || isOfAnotherPaywall(keys.scope, own) ? poolKeyOf(accountId, keys) : own;
}

/**
 * The key where usage plans hold the quotas: whatever counts on the account's own key takes a unit, and is refused when
 * none is left. Routes that need no payment take none.
 */
export function countingUsageKey(
  accountId: string,
  account: AccountRecord | undefined,
  route: RouteRequirement,
  keys: UsageKeys,
): string {
  if (route.routeClass !== 'paid') return poolKeyOf(accountId, keys);
  // Never the pool's in place of a key of another paywall: the call would be counted for nobody.
  return account?.usageKey ?? poolKeyOf(accountId, keys);
}

function poolKeyOf(accountId: string, { scope, poolKeys }: UsageKeys): string {
  return poolUsageKey(scope, poolIndexOf(accountId, poolKeys));
}
