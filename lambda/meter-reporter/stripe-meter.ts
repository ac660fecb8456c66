import Stripe from 'stripe';
import { stripeClient } from '../billing/stripe/client';
import type { Report } from './meter-table';
import type { Meter, Receipt } from './report';

export interface StripeMeterOptions {
  /** A restricted key that may write meter events is enough. */
  readonly apiKey: string;
  readonly eventName: string;
  /** Base URL instead of Stripe's. */
  readonly endpoint?: string;
}

/** Answers that say that the request did nothing. A conflict (409) says nothing of the kind. */
const REFUSALS = [400, 401, 402, 403, 404, 429];
/** Of the answer to an identifier that Stripe has already: its code in version 2 of the API, its text in version 1. */
const REPEATED = /duplicate_meter_event|already exists with identifier/i;

/**
 * Stripe's billing meter, with the default names of its payload.
 *
 * @see https://docs.stripe.com/api/billing/meter-event/create
 */
export class StripeMeter implements Meter {
  private readonly stripe: Stripe;
  private readonly eventName: string;

  constructor({ eventName, ...options }: StripeMeterOptions) {
    this.eventName = eventName;
    // A refusal has to be known to be the answer to the only request.
    this.stripe = stripeClient({ ...options, retries: 0, sendsOnce: true });
  }

  async send({ id, customer, from, to, at }: Report): Promise<Receipt> {
    try {
      await this.stripe.billing.meterEvents.create({
        event_name: this.eventName,
        identifier: id,
        timestamp: Math.floor(at / 1000),
        payload: { stripe_customer_id: customer, value: String(to - from) },
      });
      return { kind: 'taken' };
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      const cause = `${error.statusCode ?? 'no answer'} ${error.code ?? error.type}: ${error.message}`;
      if (REPEATED.test(cause)) return { kind: 'taken' };
      return { kind: REFUSALS.includes(error.statusCode ?? 0) ? 'refused' : 'unknown', cause };
    }
  }
}
