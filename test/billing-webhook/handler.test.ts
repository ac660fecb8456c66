import fc from 'fast-check';
import Stripe from 'stripe';
import { SECRET_STALE_MS, SECRET_TTL_MS } from '../../lambda/billing-webhook/secret-cache';
import { REFETCH_AFTER_MS } from '../../lambda/billing-webhook/signing-secrets';
import { START } from '../billing/support/clock';
import { StripeModel } from '../billing/support/stripe-model';
import type { StripeEvent } from '../billing/support/stripe-objects';
import { Endpoint, SIGNING_SECRET } from './support/endpoint';

let endpoint: Endpoint;
beforeAll(async () => void (endpoint = await Endpoint.open()));
afterAll(() => endpoint.stop());

let account = '';
let number = 0;
let model: StripeModel;
beforeEach(async () => {
  number += 1;
  account = `acme${number}`;
  model = new StripeModel(`cus_${number}`);
  endpoint.now = START;
  endpoint.lines.length = 0;
  endpoint.services.reset();
  endpoint.services.secrets.signing = SIGNING_SECRET;
  endpoint.restart();
  await endpoint.createAccount(account);
});

const stored = async () => (await endpoint.accounts.findAccount(account))!;
const line = () => endpoint.lines.at(-1)!;

/** The first payment through our own checkout: session, subscription, invoice. */
function firstPayment(): StripeEvent[] {
  return model.checkout(account).subscribe({ price: 'price_pro' }).events;
}

async function deliver(events: readonly StripeEvent[]): Promise<number[]> {
  const answers: number[] = [];
  for (const event of events) answers.push((await endpoint.stripe(event)).status);
  return answers;
}

describe('events of Stripe', () => {
  test('a first payment opens the account before the last event is answered', async () => {
    expect(new Set(await deliver(firstPayment()))).toEqual(new Set([200]));
    expect(await stored()).toMatchObject({ plan: 'pro' });
    expect((await stored()).accessUntil).toBeGreaterThan(START);
  });

  test('the change is told on the bus, with a stable id', async () => {
    await deliver(firstPayment());
    const told = endpoint.services.published.map(({ Source, DetailType, Detail }) => ({
      Source,
      DetailType,
      ...(JSON.parse(Detail) as object),
    }));
    expect(told).toContainEqual({
      Source: 'cdk-api-paywall',
      DetailType: 'subscription.activated',
      id: expect.stringMatching(new RegExp(`^${account}-\\d+$`)),
      account,
      sequence: expect.any(Number),
      at: expect.stringMatching(/^2026-05-01T/),
      plan: 'pro',
      standing: 'active',
      accessUntil: expect.stringMatching(/^2026-.*Z$/),
      lapseReason: 'payment_failed',
    });
  });

  test('one line with the metric is logged per event, without any secret', async () => {
    const [event] = firstPayment();
    await endpoint.stripe(event!);
    expect(line()).toMatchObject({
      level: 'INFO',
      message: 'webhook',
      outcome: 'applied',
      provider: 'stripe',
      eventId: event!.id,
      eventType: 'checkout.session.completed',
      account,
      FunctionName: 'webhook',
      Applied: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'CdkApiPaywall', Metrics: [{ Name: 'Applied' }] }] },
    });
    expect(JSON.stringify(endpoint.lines)).not.toContain('whsec_');
  });

  test('a body in base64 and with letters of several bytes is verified as it was sent', async () => {
    const [event] = firstPayment();
    const answer = await endpoint.stripe({ ...event!, note: 'Zoë 支払い 💶' }, SIGNING_SECRET, true);
    expect(answer).toMatchObject({ status: 200, body: { received: true, outcome: 'applied' } });
  });

  test('an event of an unknown customer is kept, and acknowledged', async () => {
    const event = model.subscribe({ price: 'price_pro' }).events[0]!;
    expect(await endpoint.stripe(event)).toMatchObject({ status: 200, body: { outcome: 'parked' } });
    expect(line()).toMatchObject({ Parked: 1 });
  });

  test('an event that is not needed is acknowledged', async () => {
    const [event] = firstPayment();
    expect(await endpoint.stripe({ ...event!, type: 'payout.paid' })).toMatchObject({
      status: 200,
      body: { outcome: 'ignored' },
    });
  });

  test('an event of real money is refused where the test mode is expected', async () => {
    const [event] = firstPayment();
    expect(await endpoint.stripe({ ...event!, livemode: true })).toMatchObject({
      status: 400,
      body: { code: 'wrong_mode', detail: expect.stringContaining('is of the live mode') },
    });
    expect((await stored()).plan).toBeUndefined();
  });
});

describe('requests that are not believed', () => {
  test.each<[string, () => Promise<{ status: number; body: object }>, number, string, string]>([
    [
      'another secret',
      () => endpoint.stripe(firstPayment()[0]!, 'whsec_other'),
      400,
      'signature_mismatch',
      'another signing secret',
    ],
    [
      'no signature',
      () => endpoint.post('/billing/stripe', '{}'),
      400,
      'signature_missing',
      'Stripe-Signature is missing',
    ],
    ['no body', () => endpoint.post('/billing/stripe', null), 400, 'body_missing', 'no body'],
    [
      'an oversized body',
      () => endpoint.post('/billing/stripe', 'x'.repeat(600_000)),
      413,
      'body_too_large',
      'at most',
    ],
    [
      'an old signature',
      () => {
        const payload = JSON.stringify(firstPayment()[0]);
        const timestamp = START / 1000 - 3600;
        const signature = Stripe.webhooks.generateTestHeaderString({
          payload,
          secret: SIGNING_SECRET,
          timestamp,
        });
        return endpoint.post('/billing/stripe', payload, { 'stripe-signature': signature });
      },
      400,
      'timestamp_out_of_tolerance',
      '3600 s old',
    ],
  ])('%s: says what is likely wrong, and nothing else', async (_case, send, status, code, detail) => {
    expect(await send()).toMatchObject({
      status,
      body: { code, detail: expect.stringContaining(detail) },
    });
    expect(line()).toMatchObject({ level: 'WARN', outcome: 'refused', Refused: 1 });
    expect(endpoint.services.queued).toEqual([]);
    expect((await stored()).plan).toBeUndefined();
  });

  test('a body that was changed after it was signed', async () => {
    const payload = JSON.stringify(firstPayment()[0]);
    const timestamp = START / 1000;
    const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: SIGNING_SECRET, timestamp });
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), async (at) => {
        const changed = payload[at] === 'x' ? 'y' : 'x';
        const body = payload.slice(0, at) + changed + payload.slice(at + 1);
        expect((await endpoint.post('/billing/stripe', body, { 'Stripe-Signature': header })).status).toBe(
          400,
        );
      }),
    );
    expect((await stored()).plan).toBeUndefined();
  });
});

describe('rotation of the signing secret', () => {
  const fetches = () => endpoint.services.calls.filter((call) => call.includes('GetSecretValue')).length;

  test('an unknown signature makes an older cache look again, without a deployment', async () => {
    const [first, second] = firstPayment();
    expect((await endpoint.stripe(first!)).status).toBe(200);
    endpoint.services.secrets.signing = 'whsec_new';
    endpoint.now += REFETCH_AFTER_MS;
    expect((await endpoint.stripe(second!, 'whsec_new')).status).toBe(200);
    expect((await endpoint.stripe(second!, SIGNING_SECRET)).status).toBe(400);
  });

  test('strangers cannot make every request a call', async () => {
    const [event] = firstPayment();
    await endpoint.stripe(event!);
    const before = fetches();
    for (let i = 0; i < 5; i += 1) await endpoint.stripe(event!, 'whsec_other');
    expect(fetches()).toBe(before);
  });

  test('secrets are cached', async () => {
    const events = firstPayment();
    await deliver(events);
    // The signing secret, the link secret, and what it was before.
    expect(fetches()).toBe(3);
    endpoint.now += SECRET_TTL_MS;
    await endpoint.stripe(events[0]!);
    expect(fetches()).toBe(6);
  });
});

describe('faults', () => {
  test('secrets cannot be fetched: 503, and nothing that nobody has verified is kept', async () => {
    endpoint.services.down.add('secretsmanager');
    const answer = await endpoint.stripe(firstPayment()[0]!);
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '60' } });
    expect(line()).toMatchObject({ level: 'ERROR', outcome: 'fault', Fault: 1 });
    expect(endpoint.services.queued).toEqual([]);
  });

  test('known secrets last an hour longer while they cannot be fetched', async () => {
    const [first, second, third] = firstPayment();
    await endpoint.stripe(first!);
    endpoint.services.down.add('secretsmanager');
    endpoint.now += SECRET_TTL_MS + SECRET_STALE_MS - 1;
    expect((await endpoint.stripe(second!)).status).toBe(200);
    endpoint.now += 1;
    expect((await endpoint.stripe(third!)).status).toBe(503);
  });

  test('the database is down: 503, the event is kept, delivery again repairs', async () => {
    const events = firstPayment();
    endpoint.restart({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    expect(new Set(await deliver(events))).toEqual(new Set([503]));
    expect(line()).toMatchObject({ outcome: 'fault', cause: expect.stringContaining('DynamoDB') });
    expect(endpoint.services.queued).toHaveLength(events.length);

    endpoint.restart();
    expect(new Set(await deliver(events))).toEqual(new Set([200]));
    expect((await stored()).plan).toBe('pro');
  });

  test('what was kept can be applied again, long after its signature has expired', async () => {
    endpoint.restart({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    await deliver(firstPayment());
    const kept = [...endpoint.services.queued];
    endpoint.restart();
    endpoint.now += 86_400_000;
    expect(await endpoint.replay([...kept, 'nonsense'])).toEqual({
      batchItemFailures: [{ itemIdentifier: `m${kept.length}` }],
    });
    expect((await stored()).plan).toBe('pro');
  });

  test('the queue is down, too: still 503, and the log says so', async () => {
    endpoint.restart({ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    endpoint.services.down.add('AmazonSQS');
    expect((await endpoint.stripe(firstPayment()[0]!)).status).toBe(503);
    expect(line()).toMatchObject({ cause: expect.stringContaining('not kept in the dead-letter queue') });
  });

  test('the bus is down: access opens all the same, and no event is lost', async () => {
    const events = firstPayment();
    endpoint.services.down.add('AWSEvents');
    expect(new Set(await deliver(events))).toEqual(new Set([200]));
    expect((await stored()).plan).toBe('pro');
    expect(endpoint.lines).toContainEqual(expect.objectContaining({ level: 'WARN', Unpublished: 1 }));

    endpoint.services.down.clear();
    await endpoint.stripe(events[0]!);
    expect(endpoint.services.published.map(({ DetailType }) => DetailType)).toContain(
      'subscription.activated',
    );
  });
});

describe('Standard Webhooks', () => {
  const subscribed = (more: object = {}) => ({
    type: 'account.subscribed',
    timestamp: new Date(START).toISOString(),
    data: { account, plan: 'pro', paidThrough: new Date(START + 30 * 86_400_000).toISOString(), ...more },
  });

  test('a message opens the account', async () => {
    expect(await endpoint.standard(subscribed())).toMatchObject({
      status: 200,
      body: { outcome: 'applied' },
    });
    expect(await stored()).toMatchObject({ plan: 'pro' });
  });

  test('a member that is missing is named, and nothing is kept: repetition does not help', async () => {
    expect(await endpoint.standard(subscribed({ plan: undefined }))).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('data.plan') },
    });
    expect(endpoint.services.queued).toEqual([]);
  });

  test('a message for an account that does not exist is kept for a person', async () => {
    expect(await endpoint.standard(subscribed({ account: 'nobody' }))).toMatchObject({
      status: 200,
      body: { outcome: 'no-such-account' },
    });
    expect(endpoint.services.queued).toHaveLength(1);
    expect(line()).toMatchObject({ level: 'WARN', NoSuchAccount: 1 });
  });

  test('another secret', async () => {
    const other = `whsec_${Buffer.from('another secret').toString('base64')}`;
    expect(await endpoint.standard(subscribed(), other)).toMatchObject({ status: 400 });
  });
});

test('a route of no provider is a 404', async () => {
  expect((await endpoint.post('/billing/paddle', '{}')).status).toBe(404);
});
