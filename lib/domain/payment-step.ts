import type { AccountRecord } from './account';
import type { BillingState, LatestSnapshot } from './billing/registers';
import { isTerminal } from './billing/snapshot-order';
import type { PayAction } from './pay-link';
import type { PlanDefinition } from './plan';

/** What paying means for an account as it stands; ids are the provider's. */
export type PaymentStep =
  /** Buy one of these plans; each has a price. */
  | {
      readonly kind: 'subscribe';
      readonly plans: readonly PlanDefinition[];
      /** Who bought before: their means of payment is known. */
      readonly customer?: string;
      /** The account has not had a trial: a plan's trial days are given. */
      readonly trial: boolean;
    }
  | { readonly kind: 'update-payment-method'; readonly customer: string }
  | {
      readonly kind: 'complete-payment';
      readonly customer: string;
      readonly subscription: string;
      /** The subscription's newest; while it is a draft, an older one is what is owed. */
      readonly invoice: string;
    }
  | { readonly kind: 'change-plan'; readonly customer: string; readonly subscription: string }
  /** The subscription is in order. */
  | { readonly kind: 'nothing-owed' }
  /** No payment changes it: another biller, a collection that the seller paused, nothing on sale. */
  | { readonly kind: 'contact-seller' };

export interface PaymentSituation {
  readonly wanted: PayAction;
  /** Plan that was asked for; absent: none in particular. */
  readonly plan?: string;
  /** Absent: there is no account yet. */
  readonly account?: AccountRecord;
  readonly billing: BillingState;
  /** Of the catalogue, cheapest first. */
  readonly plans: readonly PlanDefinition[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Living {
  readonly subscription: string;
  readonly customer: string;
  readonly snapshot: LatestSnapshot['snapshot'];
}

/**
 * Decides by the account, not by what a link once asked for: an account with a subscription that lives is never sent
 * to buy a second one. What is in order goes before what is owed, as access comes from the best of them.
 */
export function paymentStep(situation: PaymentSituation): PaymentStep {
  const { billing } = situation;
  const living = livingSubscriptions(billing);
  if (living === 'other-biller') return { kind: 'contact-seller' };
  const inOrder = living.find(({ snapshot }) => ['active', 'trialing'].includes(snapshot.status));
  if (inOrder !== undefined) return stepOfActive(inOrder, situation);
  const owing = living.find(({ snapshot }) => snapshot.status !== 'paused') ?? living[0];
  return owing === undefined ? purchase(situation) : stepOfOwing(owing);
}

/** The customer whom the portal shows: of a subscription that lives, else whoever bought last. */
export function payingCustomer(billing: BillingState): string | undefined {
  const living = livingSubscriptions(billing);
  return (living === 'other-biller' ? undefined : living[0]?.customer) ?? lastCustomer(billing);
}

function stepOfActive(living: Living, { wanted, account, billing, now }: PaymentSituation): PaymentStep {
  const { subscription, customer, snapshot } = living;
  if (wanted === 'upgrade_plan') return { kind: 'change-plan', customer, subscription };
  if (account !== undefined && now < account.accessUntil) return { kind: 'nothing-owed' };
  // A collection that is paused goes on when the seller says so.
  if (snapshot.pausedCollection !== undefined) return { kind: 'contact-seller' };
  // Paid, and taken back by a refund or a dispute: there is nothing that could be paid again.
  if (isReversed(snapshot, billing)) return { kind: 'contact-seller' };
  return wanted === 'update_payment_method' || wanted === 'complete_payment'
    ? completion(living)
    : { kind: 'nothing-owed' };
}

function isReversed({ latestInvoice }: Living['snapshot'], { reversals }: BillingState): boolean {
  return Object.values(reversals).some(({ inForce, invoice }) => inForce && invoice === latestInvoice);
}

/**
 * What is owed is paid on its invoice, at once. Another card of the customer would change nothing: a subscription that
 * was bought in Checkout is charged to the card of its own, which goes before the customer's.
 *
 * @see https://docs.stripe.com/payments/checkout/subscriptions/update-payment-details
 */
function stepOfOwing(living: Living): PaymentStep {
  const { customer, snapshot } = living;
  // Paused: a trial that has ended without a means of payment; nothing was charged.
  return snapshot.status === 'paused' ? { kind: 'update-payment-method', customer } : completion(living);
}

function completion({ subscription, customer, snapshot: { latestInvoice } }: Living): PaymentStep {
  return latestInvoice === undefined
    ? { kind: 'update-payment-method', customer }
    : { kind: 'complete-payment', customer, subscription, invoice: latestInvoice };
}

function purchase({ wanted, plan, account, billing, plans }: PaymentSituation): PaymentStep {
  const onSale = plans.filter(({ priceIds = [] }) => priceIds.length > 0);
  const asked = onSale.filter(
    ({ id }) => id === (plan ?? (wanted === 'subscribe' ? account?.plan : undefined)),
  );
  const current = plans.findIndex(({ id }) => id === account?.plan);
  const larger = onSale.filter((candidate) => plans.indexOf(candidate) > current);
  const offered = asked.length > 0 ? asked : wanted === 'upgrade_plan' ? larger : onSale;
  if (offered.length === 0) return { kind: 'contact-seller' };
  const customer = lastCustomer(billing);
  return {
    kind: 'subscribe',
    plans: offered,
    ...(customer !== undefined && { customer }),
    trial: Object.keys(billing.subscriptions).length === 0,
  };
}

function livingSubscriptions(billing: BillingState): readonly Living[] | 'other-biller' {
  const living: Living[] = [];
  for (const [subscription, { latest }] of newestFirst(billing)) {
    const { snapshot } = latest;
    const { customer } = snapshot;
    if (isTerminal(snapshot.status)) continue;
    if (customer === undefined) return 'other-biller';
    if (billing.customers[customer]?.deleted !== true) living.push({ subscription, customer, snapshot });
  }
  return living;
}

function lastCustomer(billing: BillingState): string | undefined {
  return newestFirst(billing)
    .map(([, { latest }]) => latest.snapshot.customer)
    .find((customer) => customer !== undefined && billing.customers[customer]?.deleted !== true);
}

function newestFirst({ subscriptions }: BillingState): [string, { readonly latest: LatestSnapshot }][] {
  return Object.entries(subscriptions)
    .flatMap(([id, { latest }]): [string, { latest: LatestSnapshot }][] => (latest ? [[id, { latest }]] : []))
    .sort(([, a], [, b]) => b.latest.snapshot.createdAt - a.latest.snapshot.createdAt);
}
