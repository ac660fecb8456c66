import type { AccountRecord } from '../../lib/domain/account';
import type { Credential } from '../../lib/domain/decision';
import type { Period } from '../../lib/domain/period';
import type { Draw } from '../../lib/domain/quota';

/** What every write on the request path has to find true of the account. */
export interface AdmissionCondition {
  readonly credential: Credential;
  /** Scope that the key must carry. */
  readonly scope?: string;
  /** The account must be on one of these plans; never empty. */
  readonly plans: readonly string[];
  /** Plan whose routes the account must have beside those of its own; absent: it needs no others. */
  readonly routesOf?: string;
  /** Milliseconds since the epoch: access and key must outlast it. */
  readonly now: number;
}

export interface TakeRequest extends AdmissionCondition {
  readonly draw: Draw;
  /** Most units of a period that the account's plan hands out beyond its limit; absent: none. */
  readonly maxOverage?: number;
}

export interface RollOverRequest extends AdmissionCondition {
  /**
   * The account that the new period was computed from: one caller wins, and nobody who has not seen the latest change
   * of plan, payment or limit.
   */
  readonly from: Pick<AccountRecord, 'periodId' | 'planRev' | 'billingRev' | 'daily'>;
  readonly to: Period;
  /** Units of the new period, those that the caller takes subtracted. */
  readonly remaining: number;
  /** Units that the caller takes; may be 0. */
  readonly units: number;
  /** Whether the plan counts overage: that of the old period is put aside for the bill. */
  readonly closesOverage: boolean;
}

export type TakeResult =
  | { readonly kind: 'taken'; readonly account: AccountRecord }
  /** The condition failed; `account` is the item as it was, `undefined` when there is none. */
  | { readonly kind: 'refused'; readonly account: AccountRecord | undefined };

/**
 * The account as the request path needs it. Nothing is retried here. Whatever takes units counts them for the day, and
 * notes the day for the key, in the same write.
 *
 * Every method throws `StoreFault`, whose `outcome` says whether a write may have happened.
 */
export interface AccountStore {
  /** Strongly consistent. */
  read(accountId: string): Promise<AccountRecord | undefined>;
  /** Subtracts units when the condition holds, the period is open and they are there; one conditional write. */
  take(request: TakeRequest): Promise<TakeResult>;
  /** Opens the next period when the condition holds, the current one is over, and nobody else has. */
  rollOver(request: RollOverRequest): Promise<TakeResult>;
  /** Subtracts units that were admitted while the store was out of reach; the rest may become negative. */
  charge(accountId: string, units: number, now: number): Promise<void>;
  /** Notes that a key was let in today, where no unit is taken; without effect when it was revoked meanwhile. */
  noteUse(accountId: string, fingerprint: string, now: number): Promise<void>;
}
