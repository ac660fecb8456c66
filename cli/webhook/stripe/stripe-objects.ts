import chargeFixture from './objects/charge.json';
import checkoutFixture from './objects/checkout.session.json';
import customerFixture from './objects/customer.json';
import disputeFixture from './objects/dispute.json';
import eventFixture from './objects/event.json';
import invoiceFixture from './objects/invoice.json';
import subscriptionFixture from './objects/subscription.json';

/** Members that are set on the objects that Stripe publishes as examples; everything else stays as it is there. */
export type Members = Readonly<Record<string, unknown>>;

/** Where the current period is told: `basil` is API version 2025-03-31, on the item; before that, on the subscription. */
export type ApiVersion = 'acacia' | 'basil';

export interface SubscriptionLook extends Members {
  readonly id: string;
  readonly items: readonly {
    readonly price: string;
    readonly quantity: number;
    readonly metered?: boolean;
  }[];
  readonly current_period_start: number;
  readonly current_period_end: number;
}

export function stripeSubscription(look: SubscriptionLook, api: ApiVersion): Members {
  const { items, current_period_start, current_period_end, ...members } = look;
  const period = { current_period_start, current_period_end };
  const [itemFixture] = subscriptionFixture.items.data;
  return {
    ...subscriptionFixture,
    // The fixture shows every member set; a subscription at rest has none of these.
    ...{ cancel_at: null, cancel_at_period_end: false, canceled_at: null, ended_at: null },
    ...{ pause_collection: null, trial_end: null, trial_start: null, pending_update: null },
    ...members,
    ...(api === 'acacia' && period),
    items: {
      ...subscriptionFixture.items,
      data: items.map(({ price, quantity, metered }, index) => {
        const item = { ...itemFixture!, current_period_start: undefined, current_period_end: undefined };
        return {
          ...item,
          id: `si_${look.id}_${index}`,
          quantity,
          price: {
            ...item.price,
            id: price,
            recurring: { ...item.price.recurring, usage_type: metered ? 'metered' : 'licensed' },
          },
          ...(api === 'basil' && period),
        };
      }),
    },
  };
}

export interface InvoiceLine {
  readonly amount: number;
  readonly start: number;
  readonly end: number;
}

export function stripeInvoice(
  members: Members & { readonly subscription: string },
  lines: readonly InvoiceLine[],
  api: ApiVersion,
): Members {
  const { subscription, ...others } = members;
  const [lineFixture] = invoiceFixture.lines.data;
  return {
    ...invoiceFixture,
    ...others,
    ...(api === 'acacia'
      ? { subscription, parent: null }
      : {
          subscription: undefined,
          parent: { type: 'subscription_details', subscription_details: { metadata: {}, subscription } },
        }),
    lines: {
      ...invoiceFixture.lines,
      data: lines.map(({ amount, start, end }) => ({ ...lineFixture, amount, period: { start, end } })),
    },
  };
}

export function stripeCustomer(id: string, card: boolean): Members {
  const settings = { ...customerFixture.invoice_settings, default_payment_method: card ? 'pm_card' : null };
  return { ...customerFixture, id, email: 'buyer@example.com', invoice_settings: settings };
}

export function stripeCheckout(members: Members): Members {
  return { ...checkoutFixture, mode: 'subscription', status: 'complete', payment_status: 'paid', ...members };
}

export function stripeCharge(members: Members): Members {
  return { ...chargeFixture, ...members };
}

export function stripeDispute(members: Members): Members {
  return { ...disputeFixture, ...members };
}

export interface StripeEvent extends Members {
  readonly id: string;
  readonly type: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly data: { readonly object: Members };
}

export function stripeEvent(id: string, type: string, created: number, object: Members): StripeEvent {
  return { ...eventFixture, id, type, created, api_version: '2025-03-31.basil', data: { object } };
}
