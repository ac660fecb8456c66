import type { StripeModel, TrueSubscription } from './stripe-model';
import type { Members } from './stripe-objects';

/** What the reading half of Stripe's API answers, told from models: what is asked here is the provider's truth. */
export class StripeRecords {
  models: readonly StripeModel[] = [];
  /** Most entries of a page, whatever is asked for. */
  pageSize = 100;

  /**
   * @param path after the version, for example `['charges', 'ch_1']`
   * @returns `undefined` when there is no such thing
   */
  answer([resource, id]: readonly string[], query: URLSearchParams): Members | undefined {
    switch (resource) {
      case 'subscriptions':
        return id === undefined ? this.page(this.living(), query) : this.subscription(id);
      case 'invoices':
        return list(this.invoices(query.get('subscription')).slice(0, Number(query.get('limit'))), false);
      case 'events':
        return this.page(this.events(query), query);
      case 'charges':
        return this.charge(id);
      case 'invoice_payments':
        return list(paymentsOf(query.get('payment[payment_intent]')), false);
      default:
        return undefined;
    }
  }

  /** Newest first, after an id, as each list of Stripe's. */
  private page(found: readonly Members[], query: URLSearchParams): Members {
    const after = query.get('starting_after');
    const first = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
    const size = Math.min(this.pageSize, Number(query.get('limit') ?? 10));
    return list(found.slice(first, first + size), first + size < found.length);
  }

  private living(): Members[] {
    const shown: Members[] = this.models.flatMap((model) =>
      model.subscriptions
        .filter(({ status }) => status !== 'canceled')
        .map((one) => ({
          ...model.look(one),
          latest_invoice: invoicesOf(model, one)[0] ?? null,
        })),
    );
    return shown.sort((a, b) => Number(b.created) - Number(a.created));
  }

  private subscription(id: string): Members | undefined {
    for (const model of this.models) {
      const one = model.subscriptions.find((each) => each.id === id);
      if (one) return model.look(one);
    }
    return undefined;
  }

  private invoices(subscription: string | null): Members[] {
    return this.models.flatMap((model) =>
      model.subscriptions.filter(({ id }) => id === subscription).flatMap((one) => invoicesOf(model, one)),
    );
  }

  private events(query: URLSearchParams): Members[] {
    const types = [...query].filter(([name]) => name.startsWith('types')).map(([, type]) => type);
    const [from, to] = ['created[gte]', 'created[lte]'].map((name) => Number(query.get(name)));
    return this.models
      .flatMap(({ events }) => events)
      .filter(({ type, created }) => types.includes(type) && created >= from! && created <= to!)
      .sort((a, b) => b.created - a.created);
  }

  private charge(id = ''): Members | undefined {
    const invoice = id.slice('ch_'.length);
    const model = this.models.find((each) =>
      each.subscriptions.some(({ paid }) => paid.some((one) => one.invoice === invoice)),
    );
    return model && { id, object: 'charge', customer: model.customer, payment_intent: `pi_${invoice}` };
  }
}

function list(data: readonly Members[], more: boolean): Members {
  return { object: 'list', data, has_more: more };
}

function paymentsOf(paymentIntent: string | null): Members[] {
  return paymentIntent === null ? [] : [{ invoice: paymentIntent.slice('pi_'.length) }];
}

/** Newest first. An invoice of which no event tells has not been charged yet. */
function invoicesOf(model: StripeModel, { id, latestInvoice }: TrueSubscription): Members[] {
  const known = new Map<unknown, Members>();
  for (const { type, data } of model.events) {
    if (!type.startsWith('invoice.') || !JSON.stringify(data.object).includes(id)) continue;
    const { object } = data;
    // The later event tells the later state.
    known.set(object.id, { ...object, attempted: true });
  }
  const drawn = [...known.values()].reverse();
  const isDrawn = latestInvoice === undefined || known.has(latestInvoice);
  return isDrawn
    ? drawn
    : [{ id: latestInvoice, object: 'invoice', status: 'draft', lines: list([], false) }, ...drawn];
}
