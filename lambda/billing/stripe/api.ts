import type Stripe from 'stripe';
import type { Fact } from '../../../lib/domain/billing/fact';
import type { Unsettled } from '../../../lib/domain/billing/unsettled';
import type { SubscriptionSource } from '../billing';
import { settledInvoiceFact } from './invoice';
import { list, object, reference, type Json } from '../json';
import { found, stripeClient, type StripeClientOptions } from './client';
import type { Reversal } from './reversal';
import { subscriptionFact } from './subscription';

/** A restricted key that may read subscriptions, invoices, charges and invoice payments is enough. */
export interface StripeApiOptions extends StripeClientOptions {
  /** Waits; given by tests. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Who paid, and for what. */
export interface Payer {
  readonly customer: string;
  readonly invoice: string;
}

/** Answers are dated in whole seconds: at most this many have to pass until one is later than an event. */
const MOST_WAITS = 2;
/** The newest invoice and those before it: one of them is the last that was paid. */
const INVOICES = 5;

/** The few questions that events leave open, asked of Stripe's API. */
export class StripeApi implements SubscriptionSource {
  private readonly stripe: Stripe;
  private readonly sleep: (ms: number) => Promise<void>;

  constructor({ sleep, ...options }: StripeApiOptions) {
    this.stripe = stripeClient(options);
    this.sleep = sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /**
   * The subscription as it is now, dated by Stripe's clock, and its newest invoices.
   *
   * @throws StripeError when Stripe does not answer in time
   */
  async fetch({ subscription, after }: Unsettled): Promise<readonly Fact[]> {
    if (!subscription.startsWith('sub_')) return [];
    for (let wait = 0; ; wait += 1) {
      const answer = await found(this.stripe.subscriptions.retrieve(subscription));
      if (answer === undefined) return [];
      const at = Date.parse(answer.lastResponse.headers.date ?? '');
      // Of the second in which the events tie, this answer could be as old as any of them.
      if (at > after) return [subscriptionFact(json(answer), at), ...(await this.invoices(subscription))];
      if (wait === MOST_WAITS) return [];
      await this.sleep(1_000);
    }
  }

  /** @returns `undefined` when the payment was for no invoice */
  async payerOf({ charge, paymentIntent, customer, invoice }: Reversal): Promise<Payer | undefined> {
    const payment =
      customer !== undefined && (invoice ?? paymentIntent) !== undefined
        ? { customer, invoice, payment_intent: paymentIntent }
        : json(await found(this.stripe.charges.retrieve(charge)));
    const payer = reference(payment.customer);
    const paid = reference(payment.invoice) ?? (await this.invoiceOf(reference(payment.payment_intent)));
    return payer === undefined || paid === undefined ? undefined : { customer: payer, invoice: paid };
  }

  private async invoiceOf(paymentIntent: string | undefined): Promise<string | undefined> {
    if (paymentIntent === undefined) return undefined;
    const payments = await this.stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: paymentIntent },
      limit: 1,
    });
    return reference(list(json(payments))[0]?.invoice);
  }

  private async invoices(subscription: string): Promise<readonly Fact[]> {
    const newest = list(json(await this.stripe.invoices.list({ subscription, limit: INVOICES })));
    return newest.flatMap((invoice) => settledInvoiceFact(invoice) ?? []);
  }
}

/** The library's types follow one API version; what is read here is checked member by member instead. */
function json(value: unknown): Json {
  return object(value) ?? {};
}
