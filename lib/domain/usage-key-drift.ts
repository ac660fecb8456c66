import type { AccountRecord } from './account';
import {
  nextProvisioningStep,
  type ProvisioningTerms,
  type UsageKeyRef,
  type UsageKeyState,
} from './provisioning';
import { parseProvisionedUsageKey } from './usage-key';

/** What API Gateway holds against what accounts and records say. */

/** A key as API Gateway lists it; its name is its value. */
export interface ListedUsageKey {
  readonly id: string;
  readonly name: string;
}

export interface AccountUsageKeys {
  readonly accountId: string;
  readonly account: Pick<AccountRecord, 'plan' | 'accessUntil' | 'usageKey'> | undefined;
  readonly state: UsageKeyState;
}

export type Drift =
  /** The provisioner has not come to it: a lost message, a plan that became provisioned, room in a full Region. */
  | { readonly kind: 'unsettled' }
  /** Keys that somebody has deleted; `state` is the record without them. */
  | { readonly kind: 'vanished'; readonly state: UsageKeyState };

/** What is wrong with one account; `undefined`: nothing. */
export function accountDrift(
  keys: AccountUsageKeys,
  listed: ReadonlySet<string>,
  listedAt: number,
  terms: ProvisioningTerms,
  now: number,
): Drift | undefined {
  const { accountId, account, state } = keys;
  // One that was attached after the list was made cannot be in it.
  const isGone = (key: UsageKeyRef): boolean =>
    key.attachedAt !== undefined && key.attachedAt < listedAt && !listed.has(key.value);
  const kept = {
    ...state,
    current: state.current && isGone(state.current) ? undefined : state.current,
    next: state.next && isGone(state.next) ? undefined : state.next,
  };
  if (kept.current !== state.current || kept.next !== state.next) return { kind: 'vanished', state: kept };
  const { kind } = nextProvisioningStep(accountId, account, state, terms, now);
  return kind === 'done' || kind === 'wait' ? undefined : { kind: 'unsettled' };
}

/**
 * Keys of ours that no record and no account knows. The list must be older than the records: a key is recorded before
 * it is made.
 */
export function orphans(
  listed: readonly ListedUsageKey[],
  known: ReadonlySet<string>,
  scope: string,
): readonly ListedUsageKey[] {
  return listed.filter(({ name }) => parseProvisionedUsageKey(scope, name) !== undefined && !known.has(name));
}

/** Every key that the account, or its record, names. */
export function knownKeys({ account, state }: AccountUsageKeys): string[] {
  const refs = [state.current, state.next, ...state.retired].flatMap((key) => (key ? [key.value] : []));
  return account?.usageKey === undefined ? refs : [...refs, account.usageKey];
}
