import type { SubscriptionStatus } from '../access';

/** A subscription at its provider, as one event or one fetch shows it. Instants are milliseconds since the epoch. */
export interface SubscriptionSnapshot {
  readonly status: Exclude<SubscriptionStatus, 'none'>;
  readonly createdAt: number;
  readonly items: readonly SubscriptionItem[];
  /** Customer at the provider; absent where the provider names our account itself. */
  readonly customer?: string;
  /** Start and end of the period that the provider counts as current; it may not be paid yet. */
  readonly periodStart?: number;
  readonly periodEnd?: number;
  /** Start of the quota's anniversary periods. */
  readonly anchorAt?: number;
  readonly trialEnd?: number;
  /** A trial turns into a paid period by itself, even if the customer has left no means of payment. */
  readonly convertsWithoutCard?: boolean;
  /** The subscription itself carries a means of payment. */
  readonly card?: boolean;
  /** Set to end at this instant; absent: renews. */
  readonly cancelAt?: number;
  /** Has ended at this instant. */
  readonly endedAt?: number;
  /** Collection is paused; see `BillingTerms.voidedInvoices` for what that means for access. */
  readonly pausedCollection?: PausedCollection;
  /** Payment on account: the current period is honoured until its invoice is due. */
  readonly creditUntil?: number;
  /** Id of the newest invoice. */
  readonly latestInvoice?: string;
}

export interface SubscriptionItem {
  /** Price at the provider; the catalogue knows which plan it buys. */
  readonly price?: string;
  /** Plan of the catalogue, where the provider speaks our language. */
  readonly plan?: string;
  readonly quantity: number;
}

export interface PausedCollection {
  readonly behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void';
  readonly resumesAt?: number;
}

/** `at` is the provider's time. Ids are the provider's. */
export type Fact =
  | {
      readonly kind: 'subscription';
      readonly subscription: string;
      readonly at: number;
      readonly snapshot: SubscriptionSnapshot;
    }
  /** An invoice and the period that it is for. */
  | {
      readonly kind: 'invoice';
      readonly subscription: string;
      readonly invoice: string;
      readonly outcome: InvoiceOutcome;
      readonly start: number;
      readonly end: number;
    }
  /** Money taken back after a payment; `inForce` is false when the customer's side lost or the refund is partial. */
  | {
      readonly kind: 'reversal';
      /** Id of the charge or the dispute. */
      readonly reversal: string;
      readonly cause: ReversalCause;
      readonly at: number;
      /** When the money went; a later decision on a dispute does not move it. */
      readonly since: number;
      readonly inForce: boolean;
      readonly invoice: string;
    }
  | {
      readonly kind: 'customer';
      readonly customer: string;
      readonly at: number;
      readonly deleted: boolean;
      /** Has a default means of payment. */
      readonly card: boolean;
      readonly email?: string;
    };

export type InvoiceOutcome = 'failed' | 'paid';
export type ReversalCause = 'refund' | 'dispute';

/** Whom a message is about: one of our accounts, or a customer that has yet to be linked to one. */
export type Subject =
  | { readonly kind: 'account'; readonly account: string }
  | {
      readonly kind: 'customer';
      readonly provider: string;
      readonly customer: string;
      /** Real money, or the provider's test mode. */
      readonly livemode: boolean;
    };

/** What a provider's event says, once its signature has been verified. */
export interface BillingMessage {
  /** Id of the event, for parking and for the log; it never decides anything. */
  readonly id: string;
  readonly at: number;
  readonly subject: Subject;
  readonly facts: readonly Fact[];
  /** Account that one of our own checkout sessions, and nothing else, vouches for. */
  readonly link?: string;
  /** The linked account was sold with the session: it is opened if there is none. */
  readonly opensAccount?: boolean;
}
