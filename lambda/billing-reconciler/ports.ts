import type { AccountBilling } from '../billing/account-billing';
import type { Billing, SubscriptionSource } from '../billing/billing';
import type { BillingTable } from '../billing/billing-table';
import type { StripeInbox } from '../billing/stripe/inbox';
import type { StripeListing } from '../billing/stripe/listing';

/** What the walks look at, and through what they repair: the very path that events take. */
export interface ReconcilerPorts {
  readonly table: BillingTable;
  readonly accounts: AccountBilling;
  readonly billing: Billing;
  readonly inbox: StripeInbox;
  readonly listing: Pick<StripeListing, 'subscriptions' | 'events'>;
  readonly source: SubscriptionSource;
  readonly billedAccounts: BilledAccounts;
  readonly linkSecrets: readonly string[];
  readonly testMode: boolean;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/** Accounts that have a billing item. */
export interface BilledAccounts {
  /** @param after account to go on after, in the order of the table */
  list(after?: string): AsyncIterable<string>;
}
