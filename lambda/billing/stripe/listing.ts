import type Stripe from 'stripe';
import type { Fact } from '../../../lib/domain/billing/fact';
import { list, must, object, text, type Json } from '../json';
import { stripeClient, type StripeClientOptions } from './client';
import { settledInvoiceFact } from './invoice';
import { subscriptionFact } from './subscription';

/** As many as Stripe gives at once. */
const PAGE = 100;

export interface Page {
  readonly objects: readonly Json[];
  /** Stripe's clock when it answered, milliseconds since the epoch. */
  readonly at: number;
  readonly more: boolean;
}

export interface EventWindow {
  readonly types: readonly string[];
  /** Milliseconds since the epoch, both included. */
  readonly since: number;
  readonly until: number;
}

/** Walks through what Stripe has, newest first; a page begins after an id. Reads only. */
export class StripeListing {
  private readonly stripe: Stripe;

  constructor(options: StripeClientOptions) {
    this.stripe = stripeClient(options);
  }

  /**
   * Subscriptions that have not been canceled, each with its newest invoice.
   *
   * @see https://docs.stripe.com/api/subscriptions/list
   */
  async subscriptions(after?: string): Promise<Page> {
    return page(
      await this.stripe.subscriptions.list({
        limit: PAGE,
        expand: ['data.latest_invoice'],
        ...(after !== undefined && { starting_after: after }),
      }),
    );
  }

  /**
   * Events of the last 30 days: older ones Stripe does not keep.
   *
   * @see https://docs.stripe.com/api/events/list
   */
  async events({ types, since, until }: EventWindow, after?: string): Promise<Page> {
    return page(
      await this.stripe.events.list({
        limit: PAGE,
        types: [...types],
        created: { gte: Math.floor(since / 1000), lte: Math.floor(until / 1000) },
        ...(after !== undefined && { starting_after: after }),
      }),
    );
  }
}

/** What a subscription with its newest invoice tells. */
export interface Glance {
  readonly subscription: string;
  readonly facts: readonly Fact[];
  /** Whether nothing before that invoice can matter: it is for the newest period, and paid. */
  readonly conclusive: boolean;
}

/** @throws MalformedObject */
export function glance(subscription: Json, at: number): Glance {
  const id = must(text(subscription.id), 'subscription.id');
  const invoice = object(subscription.latest_invoice);
  const settled = invoice && settledInvoiceFact(invoice);
  return {
    subscription: id,
    facts: [subscriptionFact(subscription, at), ...(settled ? [settled] : [])],
    conclusive: settled?.outcome === 'paid',
  };
}

function page(answer: Stripe.Response<Stripe.ApiList<unknown>>): Page {
  const content = object(answer) ?? {};
  return {
    objects: list(content),
    at: Date.parse(answer.lastResponse.headers.date ?? ''),
    more: content.has_more === true,
  };
}
