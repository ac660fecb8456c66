import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StripeModel, TrueSubscription } from './stripe-model';
import type { Members } from './stripe-objects';

type Query = URLSearchParams;

export interface StripeRequest {
  readonly method: string;
  /** After the version, for example `['checkout', 'sessions']`. */
  readonly path: readonly string[];
  /** Of the form that was posted. */
  readonly form: Query;
  readonly idempotencyKey?: string;
}

export interface StripeAnswer {
  readonly status?: number;
  readonly body: Members;
}

/** The reading half of Stripe's API over HTTP, told from models: what is asked here is the provider's truth. */
export class StripeServer {
  models: readonly StripeModel[] = [];
  /** Its clock, milliseconds since the epoch. */
  now = 0;
  /** Smaller than Stripe's hundred, so that small worlds have several pages. */
  pageSize = 100;
  /** Status instead of an answer, for paths of choice. */
  refuse: (path: string) => number | undefined = () => undefined;
  /** Answers before this server does: the half of the API that writes. */
  desk: (request: StripeRequest) => StripeAnswer | undefined = () => undefined;
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StripeServer> {
    const server = createServer();
    const stripe = new StripeServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(chunks).toString());
        stripe.serve(request, form, response);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stripe;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, form: Query, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://stripe');
    const method = request.method!;
    this.asked.push(`${method} ${url.pathname}`);
    const path = url.pathname.split('/').slice(2);
    const idempotencyKey = request.headers['idempotency-key'] as string | undefined;
    const missing = { error: { code: 'resource_missing', message: 'there is no such thing' } };
    const answer = (): StripeAnswer => {
      const refused = this.refuse(url.pathname);
      if (refused !== undefined) return { status: refused, body: { error: { message: 'no' } } };
      const given = this.desk({
        method,
        path,
        form,
        ...(idempotencyKey !== undefined && { idempotencyKey }),
      });
      const body = given ? undefined : this.answer(path, url.searchParams);
      return given ?? (body === undefined ? { status: 404, body: missing } : { body });
    };
    const { status = 200, body } = answer();
    response.sendDate = false;
    response.writeHead(status, {
      'Content-Type': 'application/json',
      Date: new Date(this.now).toUTCString(),
    });
    response.end(JSON.stringify(body));
  }

  private answer([resource, id]: readonly string[], query: Query): Members | undefined {
    switch (resource) {
      case 'subscriptions':
        return id === undefined ? this.page(this.living(), query) : this.subscription(id);
      case 'invoices':
        return list(this.invoices(query.get('subscription')).slice(0, Number(query.get('limit'))), false);
      case 'events':
        return this.page(this.events(query), query);
      case 'charges':
        return this.charge(id!);
      case 'invoice_payments':
        return list([{ invoice: query.get('payment[payment_intent]')!.slice('pi_'.length) }], false);
      default:
        return undefined;
    }
  }

  /** Newest first, after an id, as each list of Stripe's. */
  private page(found: readonly Members[], query: Query): Members {
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

  private events(query: Query): Members[] {
    const types = [...query].filter(([name]) => name.startsWith('types')).map(([, type]) => type);
    const [from, to] = ['created[gte]', 'created[lte]'].map((name) => Number(query.get(name)));
    return this.models
      .flatMap(({ events }) => events)
      .filter(({ type, created }) => types.includes(type) && created >= from! && created <= to!)
      .sort((a, b) => b.created - a.created);
  }

  private charge(id: string): Members | undefined {
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
