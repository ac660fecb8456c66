import { AccountBilling } from '../../../lambda/billing/account-billing';
import { Billing, type Receipt, type SubscriptionSource } from '../../../lambda/billing/billing';
import type { AccountEvent, BillingTable } from '../../../lambda/billing/billing-table';
import { reversalMessage, translateStripeEvent } from '../../../lambda/billing/stripe/translate';
import type { AccountRecord } from '../../../lib/domain/account';
import type { BillingMessage } from '../../../lib/domain/billing/fact';
import type { BillingTerms } from '../../../lib/domain/billing/terms';
import { START } from './clock';
import { invoiceOf } from './facts';
import { LINK_SECRET } from './stripe-model';
import type { StripeEvent } from './stripe-objects';
import { TERMS } from './terms';

export const ACCOUNT = 'acme';

export function newAccount(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: ACCOUNT,
    planRev: 1,
    accessUntil: 0,
    lapseReason: 'no_subscription',
    anchorAt: START,
    periodId: 'none',
    periodEnd: 0,
    remaining: 0,
    keys: {},
    suspended: false,
    ...overrides,
  };
}

/** Everything about an account that may not depend on the order of arrival: what counts writes is left out. */
export function outcome(account: AccountRecord | undefined): object {
  return { ...account!, planRev: undefined, billingRev: undefined };
}

export interface Desk {
  readonly billing: Billing;
  readonly published: AccountEvent[];
  receive(event: StripeEvent): Promise<Receipt | undefined>;
}

export interface DeskOptions {
  readonly source?: SubscriptionSource;
  readonly terms?: BillingTerms;
  readonly publish?: (events: readonly AccountEvent[]) => Promise<void>;
}

/** One function environment: table and provider in, receipts and published events out. */
export function buildDesk(table: BillingTable, options: DeskOptions = {}): Desk {
  const published: AccountEvent[] = [];
  const publish = options.publish ?? (async (events) => void published.push(...events));
  const billing = new Billing({
    table,
    accounts: new AccountBilling(table, options.terms ?? TERMS, () => START),
    bus: { publish },
    source: options.source,
  });
  return {
    billing,
    published,
    async receive(event) {
      const message = messageOf(event);
      return message && billing.receive(message);
    },
  };
}

export function messageOf(event: StripeEvent, customer = 'cus_buyer'): BillingMessage | undefined {
  const translation = translateStripeEvent(event, [LINK_SECRET]);
  if (translation.kind === 'ignored') return undefined;
  if (translation.kind === 'message') return translation.message;
  const { reversal, envelope } = translation;
  return reversalMessage(reversal, envelope, customer, invoiceOf(reversal.charge));
}
