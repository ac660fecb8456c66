import { crc32 } from 'node:zlib';

/**
 * Values of API Gateway keys. They only tell API Gateway which usage plan a call counts against: with
 * `apiKeySource: AUTHORIZER` a caller cannot present one, so they are ids, not secrets.
 *
 * @param scope text that makes the values unique in account and Region
 */
export function accountUsageKey(scope: string, accountId: string): string {
  return `${scope}-account-${accountId}`;
}

export function poolUsageKey(scope: string, index: number): string {
  return `${scope}-pool-${index}`;
}

/** The pool key that an account without an own key shares with its neighbours; always the same one. */
export function poolIndexOf(accountId: string, poolKeys: number): number {
  return crc32(accountId) % poolKeys;
}
