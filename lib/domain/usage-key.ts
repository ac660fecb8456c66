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

/**
 * Value, and name, of a key that the provisioner makes. No two are alike, as every one is a new key: one that was
 * deleted is never made again under the name that somebody may still use.
 *
 * @param createdAt milliseconds since the epoch
 */
export function provisionedUsageKey(scope: string, accountId: string, createdAt: number): string {
  return `${provisionedUsageKeyPrefix(scope)}${createdAt.toString(36)}-${accountId}`;
}

/** What the keys of the provisioner begin with, and no other key. */
export function provisionedUsageKeyPrefix(scope: string): string {
  return `${scope}-k`;
}

/** Reads {@link provisionedUsageKey}; `undefined` for every other key. */
export function parseProvisionedUsageKey(
  scope: string,
  value: string,
): { readonly accountId: string; readonly createdAt: number } | undefined {
  const prefix = provisionedUsageKeyPrefix(scope);
  if (!value.startsWith(prefix)) return undefined;
  const match = /^([0-9a-z]{1,9})-([0-9a-z]{1,40})$/.exec(value.slice(prefix.length));
  return match ? { createdAt: Number.parseInt(match[1]!, 36), accountId: match[2]! } : undefined;
}

/** How keys of accounts end, those of {@link accountUsageKey} and of {@link provisionedUsageKey}. */
const OF_A_PAYWALL = /-(?:account|k[0-9a-z]{1,9})-[0-9a-z]{1,40}$/;

/**
 * Whether the key was made for another paywall, with which this one shares its accounts: it is on no usage plan of this
 * stage, and API Gateway would refuse it. Keys that the seller has named are taken for what they are.
 */
export function isOfAnotherPaywall(scope: string, value: string): boolean {
  return !value.startsWith(`${scope}-`) && OF_A_PAYWALL.test(value);
}
