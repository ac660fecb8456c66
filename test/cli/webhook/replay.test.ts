import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { findEngine } from '../../../cli/deployment/discovery';
import { LocalDeployment } from '../../../cli/deployment/local-deployment';
import { StripeModel } from '../../../cli/webhook/stripe/stripe-model';
import type { StripeEvent } from '../../../cli/webhook/stripe/stripe-objects';
import { readSettings } from '../../../lambda/billing-webhook/settings';
import { openShopWithoutApiKey, type Shop } from '../../helpers/shop';

let shop: Shop;
let sqs: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  shop = await openShopWithoutApiKey('--secret', 'stripe-signing=whsec_of_the_test');
  const engine = findEngine(shop.cwd);
  const deployment = new LocalDeployment(engine);
  const [id] = await deployment.webhookIds();
  ({ queueUrl } = readSettings((await deployment.webhook(id!)).environment));
  sqs = new SQSClient({
    endpoint: engine.endpoints.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}, 60_000);
afterAll(async () => {
  sqs?.destroy();
  await shop?.close();
});

async function send(MessageBody: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
}

/** As the function keeps what it could not apply. */
async function keep(event: StripeEvent): Promise<string> {
  const { id, type } = event;
  const receivedAt = new Date().toISOString();
  await send(
    JSON.stringify({ provider: 'stripe', id, type, receivedAt, error: 'Error: throttled', content: event }),
  );
  return id;
}

const modelOf = (customer: string): StripeModel =>
  new StripeModel({ customer, linkSecret: 'of nobody', now: Math.floor(Date.now() / 1000) * 1000 });
const subscribed = (customer: string): StripeEvent =>
  modelOf(customer).subscribe({ price: 'price_pro' }).events[0]!;

/** A subscription in a state that this version does not know. */
function strange(): StripeEvent {
  const event = subscribed('cus_strange');
  return { ...event, data: { object: { ...event.data.object, status: 'levitating' } } };
}

async function replay(...argv: string[]) {
  const { exitCode, output } = await shop.paywall('webhook', 'replay', ...argv);
  const { code, data } = output.messages.at(-1)!;
  return { exitCode, code, data: data as any, text: output.text };
}

test('an empty queue is no failure', async () => {
  expect(await replay()).toMatchObject({ exitCode: 0, data: { applied: [], failed: [] } });
  expect((await replay('--dry-run')).text).toContain('no failed events');
});

test('what can be applied now is deleted, the rest stays and can be seen at once', async () => {
  const good = await keep(subscribed('cus_early'));
  const bad = await keep(strange());
  await send('what somebody typed into the console');

  const listed = await replay('--dry-run');
  expect(listed).toMatchObject({ exitCode: 0, code: 'FailedEventsListed' });
  expect(listed.data.events).toEqual([
    expect.objectContaining({
      event: good,
      type: 'customer.subscription.created',
      provider: 'stripe',
      error: 'Error: throttled',
    }),
    expect.objectContaining({ event: bad }),
    expect.objectContaining({ event: null, provider: null }),
  ]);
  // Neither for the terminal nor for its log: the event holds what Stripe knows of a person.
  expect(JSON.stringify(listed.data)).not.toContain('cus_early');

  const first = await replay();
  expect(first).toMatchObject({
    exitCode: 1,
    code: 'EventsReplayed',
    data: { applied: [{ event: good }], failed: [{ event: bad }, { event: null }] },
  });
  expect(first.text).toMatch(new RegExp(`applied +${good} customer.subscription.created, from stripe at`));
  expect(first.text).toMatch(new RegExp(`failed +${bad}`));
  expect(first.text).toMatch(/failed +message [0-9a-f-]+, which is no event/);
  expect((await replay('--dry-run')).data.events).toHaveLength(2);
});

test('more than one batch', async () => {
  const kept: string[] = [];
  for (let i = 0; i < 23; i += 1) kept.push(await keep(subscribed(`cus_many${i}`)));
  const { data } = await replay();
  expect(data.applied.map(({ event }: { event: string }) => event).sort()).toEqual(kept.sort());
  expect(data.failed).toHaveLength(2);
});

test('another webhook, and an engine without one, are named', async () => {
  expect(await replay('--webhook', 'Other')).toMatchObject({ exitCode: 2, code: 'UnknownWebhook' });
});
