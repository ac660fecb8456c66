import type { DailyUnits } from './daily-usage';
import type { LapseReason } from './reason';

/** Later than any date that matters: an access or a key that does not end (9999-12-31T23:59:59Z, ms). */
export const NEVER = 253_402_300_799_000;

/** Keys that one account may hold at a time; more would make the hot item, and so each write to it, dear. */
export const MAX_KEYS_PER_ACCOUNT = 50;

/** What the hot item says of one key. */
export interface KeyGrant {
  /** Milliseconds since the epoch; {@link NEVER} when it does not expire. */
  readonly expiresAt: number;
  /** Scopes beyond plain use of the API, for example `keys:manage` and `billing`; both are off by default. */
  readonly scopes: readonly string[];
  /** Day on which the key was last let in, see `dayOf`; absent: never. */
  readonly lastUsedDay?: number;
}

/** The account as the request path sees it: only what a decision needs. Instants are milliseconds since the epoch. */
export interface AccountRecord {
  readonly accountId: string;
  /** Plan id; absent: has never had one. */
  readonly plan?: string;
  /** Counts the changes of plan; a lease taken under another revision is not used. */
  readonly planRev: number;
  /** Access is granted while `now < accessUntil`. */
  readonly accessUntil: number;
  /** Why access ends at {@link accessUntil}. */
  readonly lapseReason: LapseReason;
  /** Paid for until then; what lies between it and {@link accessUntil} is credit. Absent: no provider charges. */
  readonly paidUntil?: number;
  /** How often the plan was bought: multiplies its quota. Absent: once. */
  readonly quantity?: number;
  /** Own units per period in place of the plan's, however often it was bought; absent: the plan's. */
  readonly quotaLimit?: number;
  /** Id of a plan whose routes the account may call beside those of its own; absent: none. */
  readonly routesOf?: string;
  /** Revision of the billing state that plan and access were last projected from; absent: none. */
  readonly billingRev?: number;
  /** Start of the account's anniversary periods. */
  readonly anchorAt: number;
  readonly periodId: string;
  /** The period is over from this instant on; 0 before the first. */
  readonly periodEnd: number;
  /** Units left in the period. Without meaning on a plan without quota. */
  readonly remaining: number;
  /** Bought units that outlive the period; spent when nothing remains of it. Absent: none. */
  readonly credits?: number;
  /** Units of the period that were handed out beyond the limit of a plan that allows it. Absent: none. */
  readonly overage?: number;
  /** Units charged on the days of the period and of the week before; absent: none. */
  readonly daily?: DailyUnits;
  readonly keys: Readonly<Record<string, KeyGrant>>;
  /** Value of the account's own API Gateway key; absent: the account uses a pool key. */
  readonly usageKey?: string;
  /** The seller has shut the account out, paid or not. */
  readonly suspended: boolean;
}
