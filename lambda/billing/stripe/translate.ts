import type { BillingMessage, Fact, InvoiceOutcome, Subject } from '../../../lib/domain/billing/fact';
import { customerFact } from './customer';
import { invoiceFact } from './invoice';
import { instant, must, object, reference, text, type Json } from '../json';
import { linkedAccount, opensAccount } from './link-claim';
import { disputeReversal, failedRefundReversal, refundReversal, type Reversal } from './reversal';
import { subscriptionFact } from './subscription';

export const STRIPE = 'stripe';

/** What an event of Stripe comes to. */
export type Translation =
  | { readonly kind: 'message'; readonly message: BillingMessage }
  /** A reversal whose invoice has to be looked up: that takes an API key. */
  | { readonly kind: 'lookup'; readonly envelope: Envelope; readonly reversal: Reversal }
  | { readonly kind: 'ignored'; readonly reason: string };

export interface Envelope {
  readonly id: string;
  readonly at: number;
  readonly livemode: boolean;
}

type Translator = (object: Json, envelope: Envelope, linkSecrets: readonly string[]) => Translation;

const TRANSLATORS: Readonly<Record<string, Translator>> = {
  'checkout.session.completed': checkout,
  'customer.subscription.created': subscription,
  'customer.subscription.updated': subscription,
  'customer.subscription.deleted': subscription,
  'customer.subscription.paused': subscription,
  'customer.subscription.resumed': subscription,
  'invoice.paid': invoice('paid'),
  'invoice.payment_failed': invoice('failed'),
  'customer.updated': customer(false),
  'customer.deleted': customer(true),
  'charge.refunded': (charge, envelope) => reversal(refundReversal(charge, envelope.at), envelope),
  'refund.failed': (refund, envelope) => reversal(failedRefundReversal(refund, envelope.at), envelope),
  'charge.dispute.created': (dispute, envelope) => reversal(disputeReversal(dispute, envelope.at), envelope),
  'charge.dispute.closed': (dispute, envelope) => reversal(disputeReversal(dispute, envelope.at), envelope),
};

/** What the webhook endpoint has to subscribe to: no more, no less. */
export const STRIPE_EVENTS: readonly string[] = Object.keys(TRANSLATORS);

/**
 * Turns a verified event into facts.
 *
 * @param linkSecrets see `link-claim.ts`
 * @throws MalformedObject when the event is of a type that is needed but lacks what is
 */
export function translateStripeEvent(event: Json, linkSecrets: readonly string[] = []): Translation {
  const type = must(text(event.type), 'event.type');
  const translator = Object.hasOwn(TRANSLATORS, type) ? TRANSLATORS[type] : undefined;
  if (translator === undefined) return ignored(`events of type ${type} are not needed`);
  const envelope: Envelope = {
    id: must(text(event.id), 'event.id'),
    at: must(instant(event.created), 'event.created'),
    livemode: event.livemode === true,
  };
  return translator(must(object(object(event.data)?.object), 'event.data.object'), envelope, linkSecrets);
}

/** The message of a reversal, once it is known which invoice was paid and by whom. */
export function reversalMessage(
  { fact }: Reversal,
  envelope: Envelope,
  customerId: string,
  invoiceId: string,
): BillingMessage {
  return message(envelope, customerId, [{ ...fact, invoice: invoiceId }]);
}

export function message(
  { id, at, livemode }: Envelope,
  customerId: string,
  facts: readonly Fact[],
): BillingMessage {
  const subject: Subject = { kind: 'customer', provider: STRIPE, customer: customerId, livemode };
  return { id, at, subject, facts };
}

function subscription(object: Json, envelope: Envelope): Translation {
  return told(envelope, object, [subscriptionFact(object, envelope.at)]);
}

function invoice(outcome: InvoiceOutcome): Translator {
  return (object, envelope) => {
    const fact = invoiceFact(object, outcome);
    return fact === undefined
      ? ignored('the invoice is for no period of a subscription')
      : told(envelope, object, [fact]);
  };
}

function customer(deleted: boolean): Translator {
  return (object, envelope) => {
    const fact = customerFact(object, envelope.at, deleted);
    return { kind: 'message', message: message(envelope, fact.customer, [fact]) };
  };
}

function checkout(session: Json, envelope: Envelope, linkSecrets: readonly string[]): Translation {
  const account = linkedAccount(session, linkSecrets);
  const customerId = reference(session.customer);
  if (account === undefined) return ignored('the checkout session was not made by this paywall');
  if (customerId === undefined) return ignored('the checkout session has no customer');
  return { kind: 'message', message: linkMessage(session, envelope, customerId, account, linkSecrets) };
}

/** The message by which a session of our own making links its customer to an account. */
export function linkMessage(
  session: Json,
  envelope: Envelope,
  customerId: string,
  account: string,
  linkSecrets: readonly string[],
): BillingMessage {
  return {
    ...message(envelope, customerId, []),
    link: account,
    ...(opensAccount(session, linkSecrets) && { opensAccount: true }),
  };
}

function reversal(found: Reversal, envelope: Envelope): Translation {
  const { customer: customerId, invoice: invoiceId } = found;
  if (customerId === undefined || invoiceId === undefined)
    return { kind: 'lookup', envelope, reversal: found };
  return { kind: 'message', message: reversalMessage(found, envelope, customerId, invoiceId) };
}

function told(envelope: Envelope, object: Json, facts: readonly Fact[]): Translation {
  const customerId = must(reference(object.customer), 'customer');
  return { kind: 'message', message: message(envelope, customerId, facts) };
}

function ignored(reason: string): Translation {
  return { kind: 'ignored', reason };
}
