import type { AccountRecord } from '../../lib/domain/account';
import { poolIndexOf, poolUsageKey } from '../../lib/domain/usage-key';

export interface UsageKeys {
  /** See `lib/domain/usage-key.ts`. */
  readonly scope: string;
  readonly poolKeys: number;
  /** Whether every method behind the authorizer asks API Gateway to check the key; proven at synth by `Paywall`. */
  readonly required: boolean;
}

/** The account's own API Gateway key, or its pool key as long as it has none. */
export function accountUsageKeyOrPool(
  accountId: string,
  account: AccountRecord | undefined,
  keys: UsageKeys,
): string {
  return account?.usageKey ?? poolUsageKey(keys.scope, poolIndexOf(accountId, keys.poolKeys));
}
