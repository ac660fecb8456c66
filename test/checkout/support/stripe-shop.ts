import portalFixture from '../../fixtures/stripe/billing_portal.session.json';
import { START } from '../../billing/support/clock';
import { StripeModel } from '../../billing/support/stripe-model';
import {
  stripeCheckout,
  stripeEvent,
  type Members,
  type StripeEvent,
} from '../../billing/support/stripe-objects';
import { StripeServer, type StripeAnswer, type StripeRequest } from '../../billing/support/stripe-server';

interface Session extends Members {
  readonly id: string;
  readonly price: string;
  readonly status: string;
  readonly url: string | null;
  readonly success_url: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** What happens when a buyer has paid on the page of a session. */
export interface Paid {
  readonly model: StripeModel;
  /** In the order in which they happened; none has been delivered. */
  readonly events: readonly StripeEvent[];
  /** Where Stripe sends the browser. */
  readonly returnTo: URL;
}

const PAGE = 'https://checkout.stripe.test/c/pay/';

/** The pages of Stripe over HTTP, on top of the models that tell what becomes of a payment. */
export class StripeShop {
  readonly sessions = new Map<string, Session>();
  readonly portals: Readonly<Record<string, string>>[] = [];
  readonly invoices: Record<string, Members> = {};
  private readonly answered = new Map<string, { form: string; answer: StripeAnswer }>();
  private count = 0;

  private constructor(readonly server: StripeServer) {
    server.desk = (request) => this.answer(request);
    server.now = START;
  }

  static async start(): Promise<StripeShop> {
    return new StripeShop(await StripeServer.start());
  }

  get open(): Session[] {
    return [...this.sessions.values()].filter(({ status }) => status === 'open');
  }

  /** The session to whose page a redirect leads. */
  sessionAt(url: unknown): Session {
    const session = this.sessions.get(String(url).slice(PAGE.length));
    if (!session) throw new Error(`there is no session at ${String(url)}`);
    return session;
  }

  /** Somebody pays on the page of a session. */
  pay(id: string, change: Members = {}): Paid {
    const session = this.sessions.get(id)!;
    const customer = (session.customer as string | null) ?? `cus_${id.slice(-6)}`;
    const known = this.server.models.find((model) => model.customer === customer);
    const model = known ?? new StripeModel(customer);
    model.now = this.server.now;
    const before = model.events.length;
    const trial = session.form['subscription_data[trial_period_days]'];
    model.subscribe({
      price: session.price,
      ...(trial !== undefined && { trial: Number(trial) * 86_400_000 }),
    });
    if (!known) this.server.models = [...this.server.models, model];
    const paid = {
      ...session,
      status: 'complete',
      payment_status: trial === undefined ? 'paid' : 'no_payment_required',
      url: null,
      customer,
      subscription: model.subscription.id,
      ...change,
    };
    this.sessions.set(id, paid);
    const at = Math.floor(model.now / 1000);
    model.events.push(stripeEvent(`evt_${id}`, 'checkout.session.completed', at, paid));
    return {
      model,
      events: model.events.slice(before),
      returnTo: new URL(session.success_url.replace('{CHECKOUT_SESSION_ID}', id)),
    };
  }

  change(id: string, change: Members): void {
    this.sessions.set(id, { ...this.sessions.get(id)!, ...change });
  }

  private answer(request: StripeRequest): StripeAnswer | undefined {
    const { method, path, query, form, idempotencyKey } = request;
    const [resource, , id, verb] = path;
    if (method === 'GET' && resource === 'invoices' && path[1] !== undefined) {
      const invoice = this.invoices[path[1]];
      return invoice && { body: invoice };
    }
    if (method === 'GET' && resource === 'invoices' && query.has('status')) return this.invoicesWith(query);
    if (resource === 'checkout') {
      if (method === 'GET') return this.shown(id!);
      if (verb === 'expire') return this.expire(id!);
      return this.once(idempotencyKey, form, () => this.create(form));
    }
    return resource === 'billing_portal' ? this.portal(form) : undefined;
  }

  /** @see https://docs.stripe.com/api/idempotent_requests */
  private once(key: string | undefined, form: URLSearchParams, make: () => StripeAnswer): StripeAnswer {
    const known = key === undefined ? undefined : this.answered.get(key);
    if (known && known.form !== form.toString()) return refused('idempotency_error', 'other parameters');
    const answer = known?.answer ?? make();
    if (key !== undefined) this.answered.set(key, { form: form.toString(), answer });
    return answer;
  }

  private create(form: URLSearchParams): StripeAnswer {
    const price = form.get('line_items[0][price]') ?? '';
    if (!price.startsWith('price_')) return refused('invalid_request_error', `No such price: '${price}'`);
    const given = form.get('customer');
    if (given !== null && !this.server.models.some(({ customer }) => customer === given)) {
      return refused('invalid_request_error', `No such customer: '${given}'`);
    }
    this.count += 1;
    const id = `cs_test_${String(this.count).padStart(6, '0')}`;
    const session = {
      ...stripeCheckout({}),
      id,
      price,
      mode: form.get('mode'),
      status: 'open',
      payment_status: 'unpaid',
      url: `${PAGE}${id}`,
      customer: given,
      subscription: null,
      success_url: form.get('success_url')!,
      cancel_url: form.get('cancel_url'),
      metadata: membersOf(form, 'metadata'),
      form: Object.fromEntries(form),
    };
    this.sessions.set(id, session);
    return { body: session };
  }

  /** Newest first, as Stripe lists them. */
  private invoicesWith(query: URLSearchParams): StripeAnswer {
    const data = Object.values(this.invoices)
      .filter((one) => one.subscription === query.get('subscription') && one.status === query.get('status'))
      .sort((a, b) => Number(b.created) - Number(a.created));
    const limit = Number(query.get('limit'));
    return { body: { object: 'list', data: data.slice(0, limit), has_more: data.length > limit } };
  }

  private shown(id: string): StripeAnswer | undefined {
    const session = this.sessions.get(id);
    return session && { body: session };
  }

  private expire(id: string): StripeAnswer {
    const session = this.sessions.get(id);
    if (session?.status !== 'open')
      return refused('invalid_request_error', 'only open sessions can be expired');
    this.change(id, { status: 'expired', url: null });
    return { body: this.sessions.get(id)! };
  }

  private portal(form: URLSearchParams): StripeAnswer {
    const customer = form.get('customer');
    if (!this.server.models.some((model) => model.customer === customer)) {
      return refused('invalid_request_error', `No such customer: '${customer}'`);
    }
    this.portals.push(Object.fromEntries(form));
    const url = `https://billing.stripe.test/p/session/${this.portals.length}`;
    return { body: { ...portalFixture, customer, livemode: false, url } };
  }
}

function membersOf(form: URLSearchParams, name: string): Record<string, string> {
  const entries = [...form].flatMap(([key, value]) => {
    const member = new RegExp(`^${name}\\[(.+)\\]$`).exec(key)?.[1];
    return member === undefined ? [] : [[member, value] as const];
  });
  return Object.fromEntries(entries);
}

function refused(type: string, message: string): StripeAnswer {
  return { status: 400, body: { error: { type, message } } };
}
