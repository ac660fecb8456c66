import { linkMetadata, type LinkOptions } from '../../../lambda/billing/stripe/link-claim';
import {
  stripeCharge,
  stripeCheckout,
  stripeCustomer,
  stripeDispute,
  stripeEvent,
  stripeInvoice,
  stripeSubscription,
  type ApiVersion,
  type InvoiceLine,
  type Members,
  type StripeEvent,
} from './stripe-objects';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

export interface StripeModelOptions {
  readonly customer: string;
  /** Letters and digits in the ids of what the customer buys. @default - those of the customer */
  readonly idPart?: string;
  /** @default 'basil' */
  readonly api?: ApiVersion;
  /** Signs the metadata of checkout sessions. */
  readonly linkSecret: string;
  /** Instant at which the story begins, milliseconds since the epoch. */
  readonly now: number;
  /** Whether the money is real. @default false */
  readonly livemode?: boolean;
}

export interface SubscribeOptions {
  readonly price: string;
  readonly quantity?: number;
  readonly addOns?: readonly string[];
  readonly length?: number;
  readonly trial?: number;
  /** The subscription carries a card. */
  readonly card?: boolean;
  readonly withoutCard?: 'create_invoice' | 'cancel' | 'pause';
  /** Whether Stripe shows it as incomplete first, as it does outside of Checkout. */
  readonly incompleteFirst?: boolean;
  readonly metered?: boolean;
  readonly sendInvoice?: { readonly daysUntilDue: number };
}

/** A subscription as it really is at the provider, whatever its events say and when they arrive. */
export interface TrueSubscription {
  readonly id: string;
  readonly created: number;
  status: string;
  items: { price: string; quantity: number; metered?: boolean }[];
  length: number;
  periodStart: number;
  periodEnd: number;
  trialEnd?: number;
  card: boolean;
  withoutCard: 'create_invoice' | 'cancel' | 'pause';
  cancelAt?: number;
  endedAt?: number;
  pause?: { behavior: string; resumesAt?: number };
  sendInvoice?: { daysUntilDue: number };
  latestInvoice?: string;
  /** What money was really received for, in the order in which it came. */
  paid: { invoice: string; start: number; end: number }[];
  /** Since when the invoice is owed whose charge failed. */
  owedSince?: number;
  /** Since when the money of the newest paid invoice is gone. */
  reversedAt?: number;
}

/**
 * A small model of Stripe Billing: does what Stripe does, in the order and at the times at which Stripe does it, and
 * emits the events that our endpoint subscribes to. Instants are milliseconds; those of events are cut to seconds.
 *
 * @see https://docs.stripe.com/billing/subscriptions/overview
 */
export class StripeModel {
  now: number;
  readonly customer: string;
  readonly events: StripeEvent[] = [];
  readonly subscriptions: TrueSubscription[] = [];
  deletedAt?: number;
  customerCard = false;
  private counter = 0;

  constructor(private readonly options: StripeModelOptions) {
    this.customer = options.customer;
    this.now = options.now;
  }

  get api(): ApiVersion {
    return this.options.api ?? 'basil';
  }

  get subscription(): TrueSubscription {
    return this.subscriptions.at(-1)!;
  }

  wait(ms: number): this {
    this.now += ms;
    return this;
  }

  waitUntil(instant: number): this {
    this.now = instant;
    return this;
  }

  subscribe(options: SubscribeOptions): this {
    const length = options.length ?? MONTH;
    const trialEnd = options.trial === undefined ? undefined : this.now + options.trial;
    const one: TrueSubscription = {
      id: this.id('sub'),
      created: this.now,
      status: options.incompleteFirst ? 'incomplete' : trialEnd === undefined ? 'active' : 'trialing',
      items: [options.price, ...(options.addOns ?? [])].map((price, index) => ({
        price,
        quantity: index === 0 ? (options.quantity ?? 1) : 1,
        metered: options.metered,
      })),
      length,
      periodStart: this.now,
      periodEnd: trialEnd ?? this.now + length,
      trialEnd,
      card: options.card ?? true,
      withoutCard: options.withoutCard ?? 'create_invoice',
      sendInvoice: options.sendInvoice,
      paid: [],
    };
    this.subscriptions.push(one);
    one.latestInvoice = this.id('in');
    this.emitSubscription('created');
    if (options.incompleteFirst || options.sendInvoice) return this;
    return this.receive(one.periodStart, one.periodEnd);
  }

  /** The first payment goes through. */
  completeFirstPayment(): this {
    this.subscription.status = 'active';
    this.emitSubscription('updated');
    return this.receive(this.subscription.periodStart, this.subscription.periodEnd);
  }

  /** The period moves and an invoice is drafted; about an hour later it is charged. */
  beginPeriod(): this {
    const one = this.subscription;
    this.now = one.periodEnd;
    one.periodStart = one.periodEnd;
    one.periodEnd += one.length;
    if (one.status === 'trialing') one.status = 'active';
    one.latestInvoice = this.id('in');
    return this.emitSubscription('updated');
  }

  chargeSucceeds(): this {
    return this.wait(HOUR).receive(this.subscription.periodStart, this.subscription.periodEnd);
  }

  chargeFails(): this {
    const one = this.subscription;
    this.wait(HOUR);
    one.status = 'past_due';
    one.owedSince ??= one.periodStart;
    this.emitInvoice('invoice.payment_failed', [
      { amount: 2000, start: one.periodStart, end: one.periodEnd },
    ]);
    return this.emitSubscription('updated');
  }

  /** The customer pays what is owed; Stripe emits both events within one second. */
  recover(): this {
    const one = this.subscription;
    one.status = 'active';
    one.owedSince = undefined;
    this.receive(one.periodStart, one.periodEnd);
    return this.emitSubscription('updated');
  }

  giveUp(status: 'unpaid' | 'canceled'): this {
    this.subscription.status = status;
    if (status === 'unpaid') return this.emitSubscription('updated');
    return this.end();
  }

  /** A change of price with `proration_behavior: always_invoice`. */
  changePrice(price: string, outcome: 'paid' | 'failed', length?: number): this {
    const one = this.subscription;
    const oldEnd = one.periodEnd;
    one.items = [{ price, quantity: 1 }];
    one.latestInvoice = this.id('in');
    if (length !== undefined) {
      // Another interval starts a new billing cycle.
      one.length = length;
      one.periodStart = this.now;
      one.periodEnd = this.now + length;
    }
    const credit = { amount: -1000, start: this.now, end: oldEnd };
    const charge = { amount: 1500, start: this.now, end: one.periodEnd };
    if (outcome === 'failed') {
      one.status = 'past_due';
      one.owedSince = this.now;
      this.emitInvoice('invoice.payment_failed', [credit, charge]);
      return this.emitSubscription('updated');
    }
    this.emitSubscription('updated');
    one.paid.push({ invoice: one.latestInvoice, start: this.now, end: one.periodEnd });
    return this.emitInvoice('invoice.paid', [credit, charge]);
  }

  update(change: (subscription: TrueSubscription) => void): this {
    change(this.subscription);
    return this.emitSubscription('updated');
  }

  end(): this {
    this.subscription.status = 'canceled';
    this.subscription.endedAt = this.now;
    return this.emitSubscription('deleted');
  }

  refund(amount: 'full' | 'partial' = 'full'): this {
    const one = this.subscription;
    const paid = one.paid.at(-1)!;
    if (amount === 'full') one.reversedAt = this.now;
    const charge = {
      id: `ch_${paid.invoice}`,
      refunded: amount === 'full',
      payment_intent: `pi_${paid.invoice}`,
    };
    // Invoice and customer as older API versions tell them, where no API key is needed.
    return this.emit(
      'charge.refunded',
      stripeCharge({ ...charge, customer: this.customer, invoice: paid.invoice }),
    );
  }

  /** The bank sends the money of the refund back. */
  failRefund(): this {
    const one = this.subscription;
    const { invoice } = one.paid.at(-1)!;
    one.reversedAt = undefined;
    return this.emit('refund.failed', {
      id: `re_${invoice}`,
      object: 'refund',
      status: 'failed',
      charge: `ch_${invoice}`,
      payment_intent: `pi_${invoice}`,
    });
  }

  dispute(): this {
    this.subscription.reversedAt = this.now;
    return this.emitDispute('charge.dispute.created', 'needs_response');
  }

  closeDispute(status: 'won' | 'lost'): this {
    if (status === 'won') this.subscription.reversedAt = undefined;
    return this.emitDispute('charge.dispute.closed', status);
  }

  addCard(): this {
    this.customerCard = true;
    return this.emit('customer.updated', stripeCustomer(this.customer, true));
  }

  deleteCustomer(): this {
    this.deletedAt = this.now;
    for (const one of this.subscriptions) {
      one.status = 'canceled';
      one.endedAt ??= this.now;
    }
    this.emit('customer.deleted', stripeCustomer(this.customer, this.customerCard));
    return this.emitSubscription('deleted');
  }

  /** A session of our own checkout is paid; `opensAccount`: it was sold to someone without an account. */
  checkout(account: string, options: LinkOptions = {}): this {
    const members = {
      id: this.id('cs'),
      customer: this.customer,
      metadata: linkMetadata(account, this.options.linkSecret, options),
    };
    return this.emit('checkout.session.completed', stripeCheckout(members));
  }

  /** The subscription as the API would answer at this moment. */
  look(one: TrueSubscription = this.subscription): Members {
    return stripeSubscription(
      {
        id: one.id,
        customer: this.customer,
        status: one.status,
        created: seconds(one.created),
        billing_cycle_anchor: seconds(one.trialEnd ?? one.created),
        items: one.items,
        current_period_start: seconds(one.periodStart),
        current_period_end: seconds(one.periodEnd),
        trial_end: optional(one.trialEnd),
        trial_settings: { end_behavior: { missing_payment_method: one.withoutCard } },
        default_payment_method: one.card ? 'pm_card' : null,
        default_source: null,
        cancel_at: optional(one.cancelAt),
        cancel_at_period_end: one.cancelAt !== undefined && one.cancelAt === one.periodEnd,
        ended_at: optional(one.endedAt),
        pause_collection: one.pause
          ? { behavior: one.pause.behavior, resumes_at: optional(one.pause.resumesAt) }
          : null,
        collection_method: one.sendInvoice ? 'send_invoice' : 'charge_automatically',
        days_until_due: one.sendInvoice?.daysUntilDue ?? null,
        latest_invoice: one.latestInvoice ?? null,
      },
      this.api,
    );
  }

  private receive(start: number, end: number): this {
    const one = this.subscription;
    one.paid.push({ invoice: one.latestInvoice!, start, end });
    return this.emitInvoice('invoice.paid', [{ amount: one.status === 'trialing' ? 0 : 2000, start, end }]);
  }

  private emitSubscription(what: string): this {
    return this.emit(`customer.subscription.${what}`, this.look());
  }

  private emitInvoice(type: string, lines: readonly InvoiceLine[]): this {
    const { id, latestInvoice } = this.subscription;
    const members = {
      id: latestInvoice,
      customer: this.customer,
      subscription: id,
      created: seconds(this.now - DAY / 24),
      status: type === 'invoice.paid' ? 'paid' : 'open',
    };
    const inSeconds = lines.map(({ amount, start, end }) => ({
      amount,
      start: seconds(start),
      end: seconds(end),
    }));
    return this.emit(type, stripeInvoice(members, inSeconds, this.api));
  }

  private emitDispute(type: string, status: string): this {
    const { invoice } = this.subscription.paid.at(-1)!;
    const since = seconds(this.subscription.reversedAt ?? this.now);
    return this.emit(
      type,
      stripeDispute({
        id: `dp_${invoice}`,
        charge: `ch_${invoice}`,
        payment_intent: `pi_${invoice}`,
        status,
        created: since,
      }),
    );
  }

  private emit(type: string, object: Members): this {
    const { livemode = false } = this.options;
    this.events.push({ ...stripeEvent(this.id('evt'), type, seconds(this.now), object), livemode });
    return this;
  }

  /** Ids do not tell the order, as Stripe's do not. */
  private id(prefix: string): string {
    this.counter += 1;
    const scrambled = ((this.counter * 7_919) % 99_991).toString(36);
    return `${prefix}_${this.options.idPart ?? this.customer.slice(4)}${scrambled}x${this.counter}`;
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function optional(ms: number | undefined): number | null {
  return ms === undefined ? null : seconds(ms);
}
