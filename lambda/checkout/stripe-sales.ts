import type Stripe from 'stripe';
import { linkMetadata } from '../billing/stripe/link-claim';
import { found, stripeClient, type StripeClientOptions } from '../billing/stripe/client';
import { object, text, type Json } from '../billing/json';

/** What is sold to whom, on which terms. */
export interface Order {
  readonly account: string;
  /** The payment opens the account. */
  readonly opensAccount: boolean;
  readonly price: string;
  /** 0: none. */
  readonly trialDays: number;
  /** Customer who bought before. */
  readonly customer?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

export interface OpenSession {
  readonly id: string;
  readonly url: string;
}

/** A checkout session, as far as it matters here. */
export interface SessionLook {
  readonly session: Json;
  /** Stripe's clock, milliseconds since the epoch. */
  readonly at: number;
}

/** One thing that a customer may do in the portal, and nothing else. */
export type PortalFlow =
  | { readonly type: 'payment_method_update' }
  | { readonly type: 'subscription_update'; readonly subscription: string };

export interface PortalVisit {
  readonly customer: string;
  readonly returnUrl: string;
  /** Absent: everything that the portal's configuration lets customers do. */
  readonly flow?: PortalFlow;
  /** Id of the portal's configuration; absent: Stripe's default. */
  readonly configuration?: string;
}

export interface InvoiceLook {
  readonly status?: string;
  /** Page on which it can be paid. */
  readonly url?: string;
}

/** The pages of Stripe to which buyers are sent. Every method throws a `StripeError` when Stripe does not answer as asked. */
export class StripeSales {
  private readonly stripe: Stripe;

  constructor(options: StripeClientOptions) {
    this.stripe = stripeClient(options);
  }

  /**
   * @param linkSecret signs the metadata by which the session links its customer to the account
   * @param idempotencyKey the same key and order make no second session
   * @see https://docs.stripe.com/api/checkout/sessions/create
   */
  async open(order: Order, linkSecret: string, idempotencyKey?: string): Promise<OpenSession> {
    const metadata = { ...linkMetadata(order.account, linkSecret, { opensAccount: order.opensAccount }) };
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        line_items: [{ price: order.price, quantity: 1 }],
        success_url: order.successUrl,
        cancel_url: order.cancelUrl,
        metadata,
        subscription_data: {
          metadata,
          ...(order.trialDays > 0 && { trial_period_days: order.trialDays }),
        },
        ...(order.customer !== undefined && { customer: order.customer }),
      },
      idempotencyKey === undefined ? {} : { idempotencyKey },
    );
    return { id: session.id, url: mustBe(session.url, 'the URL of a checkout session') };
  }

  /** @returns `undefined` when Stripe knows no such session */
  async session(id: string): Promise<SessionLook | undefined> {
    const session = await found(this.stripe.checkout.sessions.retrieve(id));
    return session && { session: object(session)!, at: Date.parse(session.lastResponse.headers.date ?? '') };
  }

  /** Ends a session that nobody has paid yet. */
  async expire(id: string): Promise<void> {
    await this.stripe.checkout.sessions.expire(id);
  }

  /** @see https://docs.stripe.com/customer-management/portal-deep-links */
  async portal({ customer, returnUrl, flow, configuration }: PortalVisit): Promise<string> {
    const session = await this.stripe.billingPortal.sessions.create({
      customer,
      return_url: returnUrl,
      ...(configuration !== undefined && { configuration }),
      ...(flow && {
        flow_data: {
          type: flow.type,
          ...(flow.type === 'subscription_update' && {
            subscription_update: { subscription: flow.subscription },
          }),
          // Not the portal's home, which a link may not open.
          after_completion: { type: 'redirect', redirect: { return_url: returnUrl } },
        },
      }),
    });
    return mustBe(session.url, 'the URL of a portal session');
  }

  /** Status of an invoice, and the page on which it can be paid while it is open. */
  async invoice(id: string): Promise<InvoiceLook> {
    return lookOf(await found(this.stripe.invoices.retrieve(id)));
  }

  /**
   * The newest invoice of a subscription that can be paid. By that one Stripe tells whether the subscription is in order.
   *
   * @returns `undefined` when there is none
   */
  async openInvoice(subscription: string): Promise<InvoiceLook | undefined> {
    const { data } = await this.stripe.invoices.list({ subscription, status: 'open', limit: 1 });
    return data[0] && lookOf(data[0]);
  }
}

function lookOf(invoice: Stripe.Invoice | undefined): InvoiceLook {
  return { status: text(invoice?.status), url: text(invoice?.hosted_invoice_url) };
}

function mustBe(value: string | null | undefined, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${what} is missing in Stripe's answer`);
  return value;
}
