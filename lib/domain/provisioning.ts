import type { AccountRecord } from './account';
import { parseProvisionedUsageKey, provisionedUsageKey } from './usage-key';

/**
 * How an account comes to its own API Gateway key, and to another one when its plan changes. A key is never moved, as
 * it takes minutes to be honoured on another usage plan:
 *
 * ```
 * plan A            recorded  created  attached          honoured            drained
 *  |  key A named      |  key B  | plan B  |  activationWait  | key B named      | key A deleted
 *  |------------------------------------------------------------------------------------------
 *  calls go out with key A                                    | with key B; with key A from memory
 * ```
 *
 * Every step is recorded before it is taken, so that whoever comes next, after a crash or a second delivery, finds
 * the key that may have been made.
 */

/** A key of the provisioner. Instants are milliseconds since the epoch. */
export interface UsageKeyRef {
  /** Value and name. */
  readonly value: string;
  readonly usagePlanId: string;
  /** Id in API Gateway; absent: it may not exist yet. */
  readonly keyId?: string;
  /** Absent: not known to be on its usage plan. */
  readonly attachedAt?: number;
  /** No account is told to use it from then on. */
  readonly retiredAt?: number;
}

/** What is known of an account's keys. */
export interface UsageKeyState {
  /** The key that the account was told to use. */
  readonly current?: UsageKeyRef;
  /** The key that is to follow. */
  readonly next?: UsageKeyRef;
  /** Keys to delete. */
  readonly retired: readonly UsageKeyRef[];
  /** The Region had no room for another key. */
  readonly exhaustedAt?: number;
}

export const NO_USAGE_KEYS: UsageKeyState = { retired: [] };

export interface ProvisioningTerms {
  /** See `usage-key.ts`. */
  readonly scope: string;
  /** Usage plan by plan id; plans that are not in it have no own keys. */
  readonly usagePlans: Readonly<Record<string, string>>;
  /** How long API Gateway may take to honour a key, milliseconds. */
  readonly activationWaitMs: number;
  /** How long function environments may use what they remember of an account, milliseconds. */
  readonly drainMs: number;
}

export type ProvisioningStep =
  /** Only the record changes. */
  | { readonly kind: 'record'; readonly state: UsageKeyState }
  | { readonly kind: 'create'; readonly key: UsageKeyRef }
  | { readonly kind: 'attach'; readonly key: UsageKeyRef }
  /** The account is told to use the key. */
  | { readonly kind: 'name'; readonly key: UsageKeyRef }
  /** The account is told to use a pool key. */
  | { readonly kind: 'unname' }
  | { readonly kind: 'delete'; readonly key: UsageKeyRef }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'done' };

/** Accounts that come back within this time find their key: it costs nothing to keep. */
const KEEP_AFTER_LAPSE_MS = 7 * 86_400_000;
/** Wait before the Region is asked for room again. */
const EXHAUSTED_MS = 3_600_000;

/**
 * The next step towards what the account should have. Pure, and the same for whoever asks: taking it twice, or after
 * another, does no harm.
 *
 * @param account `undefined`: there is none, or no longer
 */
export function nextProvisioningStep(
  accountId: string,
  account: Pick<AccountRecord, 'plan' | 'accessUntil' | 'usageKey'> | undefined,
  state: UsageKeyState,
  terms: ProvisioningTerms,
  now: number,
): ProvisioningStep {
  const named = account?.usageKey;
  // A key that the seller made, at synth or by hand, is the seller's.
  const isForeign = named !== undefined && parseProvisionedUsageKey(terms.scope, named) === undefined;
  const wanted = isForeign ? undefined : wantedUsagePlan(account, terms, now);

  const followed = followAccount(state, named, now);
  if (followed) return { kind: 'record', state: followed };
  const { current, next } = state;
  if (named !== undefined && !isForeign && current?.value !== named) return { kind: 'unname' };

  const isExhausted = state.exhaustedAt !== undefined && now < state.exhaustedAt + EXHAUSTED_MS;
  if (next && next.usagePlanId !== wanted) return { kind: 'record', state: retire(state, 'next', now) };
  if (current && (wanted === undefined || (isExhausted && current.usagePlanId !== wanted))) {
    // Without room for a second key the pool carries the account while its place changes hands.
    return { kind: 'unname' };
  }
  const step = next && stepOf(next, terms, now);
  if (step && step.kind !== 'wait') return step;
  const overdue = state.retired.find((key) => now >= key.retiredAt! + terms.drainMs);
  if (overdue) return { kind: 'delete', key: overdue };
  if (wanted !== undefined && !next && !isExhausted && current?.usagePlanId !== wanted) {
    const value = unusedValue(accountId, state, terms, now);
    return {
      kind: 'record',
      state: { ...state, exhaustedAt: undefined, next: { value, usagePlanId: wanted } },
    };
  }
  const instants = state.retired.map((key) => key.retiredAt! + terms.drainMs);
  if (step) instants.push(step.until);
  return instants.length > 0 ? { kind: 'wait', until: Math.min(...instants) } : { kind: 'done' };
}

/** The record with a changed key in it; unchanged when it is not there any more. */
export function withKey(state: UsageKeyState, key: UsageKeyRef): UsageKeyState {
  return state.next?.value === key.value ? { ...state, next: key } : state;
}

/** The record without a key that is deleted; its place may be what the account has been waiting for. */
export function withoutKey(state: UsageKeyState, key: UsageKeyRef): UsageKeyState {
  const retired = state.retired.filter((other) => other.value !== key.value);
  return { ...state, retired, exhaustedAt: undefined };
}

/** The record when the Region has no room for the key that was to follow. */
export function withoutRoom(state: UsageKeyState, now: number): UsageKeyState {
  return { ...state, next: undefined, exhaustedAt: now };
}

/** The record with the key that was to follow given up. */
export function givenUp(state: UsageKeyState, now: number): UsageKeyState {
  return retire(state, 'next', now);
}

export function isEmpty(state: UsageKeyState): boolean {
  return !state.current && !state.next && state.retired.length === 0 && state.exhaustedAt === undefined;
}

function unusedValue(
  accountId: string,
  state: UsageKeyState,
  { scope }: ProvisioningTerms,
  now: number,
): string {
  const used = new Set([state.current, ...state.retired].map((key) => key?.value));
  let createdAt = now;
  while (used.has(provisionedUsageKey(scope, accountId, createdAt))) createdAt += 1;
  return provisionedUsageKey(scope, accountId, createdAt);
}

function wantedUsagePlan(
  account: Pick<AccountRecord, 'plan' | 'accessUntil'> | undefined,
  { usagePlans }: ProvisioningTerms,
  now: number,
): string | undefined {
  if (account?.plan === undefined || !(now < account.accessUntil + KEEP_AFTER_LAPSE_MS)) return undefined;
  return Object.hasOwn(usagePlans, account.plan) ? usagePlans[account.plan] : undefined;
}

/** The account was told and the record was not: the record follows. */
function followAccount(
  state: UsageKeyState,
  named: string | undefined,
  now: number,
): UsageKeyState | undefined {
  if (state.current && state.current.value !== named) return retire(state, 'current', now);
  if (named === undefined || state.current) return undefined;
  if (state.next?.value === named) return { ...state, current: state.next, next: undefined };
  const retired = state.retired.find((key) => key.value === named);
  if (!retired) return undefined;
  return {
    ...state,
    current: { ...retired, retiredAt: undefined },
    retired: state.retired.filter((key) => key !== retired),
  };
}

function retire(state: UsageKeyState, which: 'current' | 'next', now: number): UsageKeyState {
  const key = state[which];
  return key
    ? { ...state, [which]: undefined, retired: [...state.retired, { ...key, retiredAt: now }] }
    : state;
}

function stepOf(
  key: UsageKeyRef,
  { activationWaitMs }: ProvisioningTerms,
  now: number,
): Extract<ProvisioningStep, { kind: 'create' | 'attach' | 'name' | 'wait' }> {
  if (key.keyId === undefined) return { kind: 'create', key };
  if (key.attachedAt === undefined) return { kind: 'attach', key };
  const honouredAt = key.attachedAt + activationWaitMs;
  return now < honouredAt ? { kind: 'wait', until: honouredAt } : { kind: 'name', key };
}
