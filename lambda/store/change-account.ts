import type { Access } from '../../lib/domain/access';
import type { AccountRecord } from '../../lib/domain/account';
import { effectOnPeriod } from '../../lib/domain/billing/quota-effect';
import type { PlanDefinition } from '../../lib/domain/plan';
import { number } from './account-item';
import type { AccountUpdate } from './account-update';

/** What an operator changes of an account; what is absent stays as it is, `null` takes it away. */
export interface AccountChange {
  /** Plan id. */
  readonly plan?: string;
  readonly access?: Access;
  /** Own units per period in place of the plan's. */
  readonly quotaLimit?: number | null;
  /** Id of a plan whose routes the account may call beside those of its own. */
  readonly routesOf?: string | null;
  /** Shut out, paid or not. */
  readonly suspended?: boolean;
}

/** The account after the change. What was used of the open period stays used: see {@link updateOf}. */
export function changedAccount(seen: AccountRecord, change: AccountChange): AccountRecord {
  return {
    ...seen,
    ...change.access,
    plan: change.plan ?? seen.plan,
    quotaLimit: change.quotaLimit === undefined ? seen.quotaLimit : (change.quotaLimit ?? undefined),
    routesOf: change.routesOf === undefined ? seen.routesOf : (change.routesOf ?? undefined),
    suspended: change.suspended ?? seen.suspended,
  };
}

const TERMS = ['plan', 'accessUntil', 'lapseReason', 'quotaLimit', 'routesOf', 'suspended'] as const;

/**
 * How the account becomes another one: the difference of the limits is applied to the open period at once, and every
 * change counts up `planRev`, so that leases taken before it are not used again.
 *
 * @returns `undefined` when nothing changes
 */
export function updateOf(
  seen: AccountRecord,
  after: AccountRecord,
  plans: readonly PlanDefinition[],
  now: number,
): AccountUpdate | undefined {
  const changed = TERMS.filter((name) => seen[name] !== after[name]);
  if (changed.length === 0) return undefined;
  const gone = changed.filter((name) => after[name] === undefined);
  return {
    set: [
      ...changed
        .filter((name) => !gone.includes(name))
        .map((name) => [name, attribute(after[name]!)] as const),
      ['planRev', number(seen.planRev + 1)],
    ],
    remove: gone,
    effect: effectOnPeriod(seen, after, plans, now),
  };
}

function attribute(value: string | number | boolean) {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? { S: value } : { BOOL: value };
}
