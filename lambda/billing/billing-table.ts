import type { AccountRecord } from '../../lib/domain/account';
import type { BillingEventType } from '../../lib/domain/billing/account-events';
import type { BillingMessage } from '../../lib/domain/billing/fact';
import type { LinkConflict } from '../../lib/domain/billing/link-conflict';
import type { AccountProjection, BaseAccess } from '../../lib/domain/billing/projection';
import type { QuotaEffect } from '../../lib/domain/billing/quota-effect';
import type { BillingState } from '../../lib/domain/billing/registers';

/** A change of state that others are told of, at least once. */
export interface AccountEvent {
  /** Stable: consumers tell a repetition by it. */
  readonly id: string;
  readonly account: string;
  /** Counts the events of the account, from 1, in the order in which its state changed. */
  readonly sequence: number;
  readonly type: BillingEventType;
  /** The provider's time of what brought the change, milliseconds since the epoch. */
  readonly at: number;
  readonly plan?: string;
  readonly previousPlan?: string;
  readonly standing: AccountProjection['standing'];
  readonly accessUntil: number;
  readonly lapseReason: AccountProjection['lapseReason'];
}

/** The cold item of an account: everything about its payments that a request does not need. */
export interface BillingRecord {
  /** Revision: counts the writes that changed anything but the outbox. */
  readonly sequence: number;
  /** Number of the last event. */
  readonly eventSequence: number;
  readonly state: BillingState;
  readonly projection?: AccountProjection;
  /** Access from before the first payment, when it does not end. */
  readonly base?: BaseAccess;
  /** Customers of the account, as `<provider>#<customer>`; all of them real, or all of them of the test mode. */
  readonly customers: readonly string[];
  readonly livemode?: boolean;
}

export interface StoredBilling extends BillingRecord {
  /** Events that have not been published yet. */
  readonly outbox: readonly AccountEvent[];
}

export interface CustomerKey {
  readonly provider: string;
  readonly customer: string;
}

export interface CustomerLink {
  readonly account: string;
  readonly livemode: boolean;
}

/** The part of the account table that billing works on. Reads are strongly consistent; nothing is retried. */
export interface BillingTable {
  readBilling(account: string): Promise<StoredBilling | undefined>;
  /**
   * Stores the record and adds the events to the outbox, in one write.
   *
   * @param expected revision that the record was made from; 0: there was none
   * @returns whether it was still the current one
   */
  writeBilling(
    account: string,
    record: BillingRecord,
    events: readonly AccountEvent[],
    expected: number,
  ): Promise<boolean>;
  /**
   * Removes events, and the mark of the outbox when it is empty: also when there was nothing left to remove, as a crash
   * may have come in between.
   */
  removeFromOutbox(account: string, eventIds: readonly string[]): Promise<void>;

  readAccount(account: string): Promise<AccountRecord | undefined>;
  /**
   * Makes an account without access or keys, unless there is one.
   *
   * @param vouchedAt when it was said that there may be one, milliseconds since the epoch
   * @returns false when it has been erased since: then there is none, or one that was made anew
   */
  openAccount(account: string, vouchedAt: number): Promise<boolean>;
  /** @returns when an account of this name was erased last, milliseconds since the epoch */
  readErasure(account: string): Promise<number | undefined>;
  /**
   * Puts a projection onto the hot item.
   *
   * @param seen the account that the effect was computed for; only units taken meanwhile may have changed
   * @returns whether it was still so
   */
  projectOnto(
    seen: AccountRecord,
    projection: AccountProjection,
    effect: QuotaEffect,
    revision: number,
  ): Promise<boolean>;

  readLink(key: CustomerKey): Promise<CustomerLink | undefined>;
  /** @returns false when the customer is linked already; a link is written once */
  putLink(key: CustomerKey, link: CustomerLink): Promise<boolean>;

  park(key: CustomerKey, message: BillingMessage): Promise<void>;
  listParked(key: CustomerKey): Promise<readonly BillingMessage[]>;
  unpark(key: CustomerKey, messageId: string): Promise<void>;
  /** Keeps what cannot be applied for a person to decide on. */
  recordConflict(key: CustomerKey, message: BillingMessage, conflict: LinkConflict): Promise<void>;
}
