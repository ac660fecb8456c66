import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StripeApi } from '../../lambda/billing/stripe/api';
import { disputeReversal, refundReversal } from '../../lambda/billing/stripe/reversal';
import { DAY, MONTH, START } from './support/clock';
import { StripeModel } from './support/stripe-model';
import { stripeCharge, stripeDispute, stripeInvoice } from './support/stripe-objects';

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Milliseconds since the epoch. */
  readonly date?: number;
  /** Never answers. */
  readonly silent?: boolean;
}

describe('questions to the API of Stripe', () => {
  let server: Server;
  let endpoint: string;
  let asked: string[];
  let answer: (path: string, request: IncomingMessage) => Answer;

  beforeAll(async () => {
    server = createServer({ keepAlive: false }, (request, response) => {
      asked.push(request.url!);
      const { status = 200, body = {}, date = START, silent } = answer(request.url!, request);
      if (silent) return;
      response.sendDate = false;
      response.writeHead(status, { 'Content-Type': 'application/json', Date: new Date(date).toUTCString() });
      response.end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  beforeEach(() => (asked = []));

  const model = new StripeModel().subscribe({ price: 'price_pro' });
  const { id, latestInvoice } = model.subscription;
  const invoice = stripeInvoice(
    { id: latestInvoice, subscription: id, created: START / 1000, status: 'paid' },
    [{ amount: 2000, start: START / 1000, end: (START + MONTH) / 1000 }],
    'basil',
  );
  const slept: number[] = [];
  const api = (overrides: object = {}) =>
    new StripeApi({
      apiKey: 'sk_test_of_nobody',
      endpoint,
      retries: 0,
      sleep: async (ms) => void slept.push(ms),
      ...overrides,
    });
  const shows = (date: () => number) => (path: string) =>
    path.startsWith('/v1/invoices')
      ? { body: { object: 'list', data: [invoice] } }
      : { body: model.look(), date: date() };

  test('a subscription is dated by the clock of the provider, and its invoices come along', async () => {
    answer = shows(() => START + DAY);
    expect(await api().fetch({ subscription: id, after: START })).toEqual([
      expect.objectContaining({ kind: 'subscription', subscription: id, at: START + DAY }),
      expect.objectContaining({
        kind: 'invoice',
        invoice: latestInvoice,
        outcome: 'paid',
        end: START + MONTH,
      }),
    ]);
    expect(asked[0]).toBe(`/v1/subscriptions/${id}`);
  });

  test('an answer of the second in which the events tie settles nothing: it is asked again', async () => {
    slept.length = 0;
    answer = shows(() => START + 1_000 * slept.length);
    const facts = await api().fetch({ subscription: id, after: START });
    expect(facts[0]).toMatchObject({ at: START + 1_000 });
    expect(slept).toEqual([1_000]);
  });

  test('a clock that stands still is not waited for for ever', async () => {
    answer = shows(() => START);
    expect(await api().fetch({ subscription: id, after: START })).toEqual([]);
  });

  test('a subscription that Stripe does not know tells nothing', async () => {
    answer = () => ({
      status: 404,
      body: { error: { type: 'invalid_request_error', code: 'resource_missing' } },
    });
    expect(await api().fetch({ subscription: id, after: 0 })).toEqual([]);
  });

  test('a subscription of another provider is not asked about', async () => {
    expect(await api().fetch({ subscription: 'standard/default', after: 0 })).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('a failing API is asked again', async () => {
    let failures = 1;
    const answers = shows(() => START + DAY);
    answer = (path) => (failures-- > 0 ? { status: 503, body: { error: {} } } : answers(path));
    expect(await api({ retries: 1 }).fetch({ subscription: id, after: 0 })).toHaveLength(2);
  });

  test.each([
    ['silent', { silent: true }],
    ['out of order', { status: 500, body: { error: {} } }],
    ['refusing the key', { status: 401, body: { error: { message: 'Invalid API Key' } } }],
  ] as const)('an API that is %s is a fault, so that the event is delivered again', async (_name, given) => {
    answer = () => given;
    await expect(api({ timeoutMs: 100 }).fetch({ subscription: id, after: 0 })).rejects.toThrow();
  });

  test('the payer of a dispute is found through charge and invoice payment', async () => {
    answer = (path) =>
      path.startsWith('/v1/charges/ch_1')
        ? { body: stripeCharge({ id: 'ch_1', customer: 'cus_1', payment_intent: 'pi_1' }) }
        : { body: { object: 'list', data: [{ object: 'invoice_payment', invoice: 'in_1' }] } };
    const reversal = disputeReversal(
      stripeDispute({ id: 'dp_1', charge: 'ch_1', status: 'needs_response' }),
      START,
    );
    expect(await api().payerOf(reversal)).toEqual({ customer: 'cus_1', invoice: 'in_1' });
    expect(decodeURIComponent(asked[1]!)).toContain('payment[payment_intent]=pi_1');
  });

  test('a refund that names customer and payment needs one question only', async () => {
    answer = () => ({ body: { object: 'list', data: [{ object: 'invoice_payment', invoice: 'in_2' }] } });
    const charge = stripeCharge({ id: 'ch_2', customer: 'cus_2', payment_intent: 'pi_2', refunded: true });
    expect(await api().payerOf(refundReversal(charge, START))).toEqual({
      customer: 'cus_2',
      invoice: 'in_2',
    });
    expect(asked).toHaveLength(1);
  });

  test('a payment for no invoice has no payer that matters here', async () => {
    answer = () => ({ body: { object: 'list', data: [] } });
    const charge = stripeCharge({ id: 'ch_3', customer: 'cus_3', payment_intent: 'pi_3' });
    expect(await api().payerOf(refundReversal(charge, START))).toBeUndefined();
  });
});
