import type { Item } from '../../lambda/store/dynamodb-client';
import { DAY, START } from '../billing/support/clock';
import { SCENARIOS } from '../billing/support/scenarios';
import { StripeModel } from '../billing/support/stripe-model';
import { StripeServer } from '../billing/support/stripe-server';
import { Endpoint, SETTINGS, SIGNING_SECRET, type Reply } from './support/endpoint';
import { Cutter, FlakyProxy, type Cut, type Moment } from './support/flaky-proxy';

/**
 * The function is killed at each of its calls to DynamoDB, EventBridge, SQS, Secrets Manager and Stripe, before the call
 * has done anything and after it has. The provider then delivers again.
 */
const cutter = new Cutter();
let endpoint: Endpoint;
let stripe: StripeServer;
let proxies: FlakyProxy[];
let env: Record<string, string>;

beforeAll(async () => {
  endpoint = await Endpoint.open();
  stripe = await StripeServer.start();
  endpoint.services.secrets.key = 'rk_test_of_nobody';
  const upstreams = [
    endpoint.env.AWS_ENDPOINT_URL!,
    endpoint.env.AWS_ENDPOINT_URL_DYNAMODB!,
    stripe.endpoint,
  ];
  proxies = await Promise.all(upstreams.map((upstream) => FlakyProxy.before(upstream, cutter)));
  const [services, dynamodb, stripeApi] = proxies.map((proxy) => proxy.endpoint);
  env = {
    AWS_ENDPOINT_URL: services!,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb!,
    STRIPE_ENDPOINT_URL: stripeApi!,
    BILLING_SETTINGS: JSON.stringify({ ...SETTINGS, stripe: { ...SETTINGS.stripe, apiKey: 'key' } }),
  };
});
afterAll(async () => {
  for (const proxy of proxies) await proxy.stop();
  await stripe.stop();
  await endpoint.stop();
});

/** All that is stored about one account and its customer. */
class Stored {
  constructor(private readonly partitions: readonly string[]) {}

  async read(): Promise<Item[]> {
    const items: Item[] = [];
    for (const pk of this.partitions) {
      const { Items } = await endpoint.client.send<{ Items: Item[] }>('Query', {
        TableName: SETTINGS.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      });
      items.push(...Items);
    }
    return items;
  }

  async restore(items: readonly Item[]): Promise<void> {
    for (const { pk, sk } of await this.read()) {
      await endpoint.client.send('DeleteItem', { TableName: SETTINGS.tableName, Key: { pk: pk!, sk: sk! } });
    }
    for (const Item of items) await endpoint.client.send('PutItem', { TableName: SETTINGS.tableName, Item });
  }
}

/** One delivery to a new execution environment. */
async function deliver(
  send: () => Promise<Reply>,
  at = 0,
  moment: Moment = 'before',
  cut: Cut = 'dead',
): Promise<number> {
  cutter.arm(at, moment, cut);
  endpoint.restart(env);
  const { status } = await send();
  return status;
}

/** Events that the bus has taken, each once: consumers tell a repetition by the id. */
function heard(): Record<string, string> {
  return Object.fromEntries(
    endpoint.services.published.map(({ DetailType, Detail }) => [
      (JSON.parse(Detail) as { id: string }).id,
      `${DetailType} ${Detail}`,
    ]),
  );
}

function withoutOutbox({ outbox: _, outboxPending: __, ...rest }: Item): Item {
  return rest;
}

/** Paths through the function that were killed at each of their calls already, in whatever story. */
const covered = new Set<string>();
let kills = 0;

/**
 * Kills one delivery at each of its calls, and leaves behind what a calm one does. Where only the connection is lost,
 * nobody has to deliver again.
 */
async function killEverywhere(kind: string, stored: Stored, send: () => Promise<Reply>): Promise<void> {
  const before = await stored.read();
  endpoint.services.published.length = 0;
  expect(await deliver(send)).toBe(200);
  const log = [...cutter.log];
  const [calls, path] = [cutter.calls, `${kind}: ${log.join(' ')}`];
  const after = await stored.read();
  const told = heard();
  if (covered.has(path)) return;
  covered.add(path);
  for (let call = 1; call <= calls; call += 1) {
    for (const moment of ['before', 'after'] as const) {
      for (const cut of ['dead', 'lost'] as const) {
        // Stripe's library waits before it asks again.
        if (cut === 'lost' && log[call - 1]!.includes('/v1/')) continue;
        await stored.restore(before);
        endpoint.services.published.length = 0;
        let status = await deliver(send, call, moment, cut);
        if (cut === 'dead') status = await deliver(send);
        const where = `${path}, ${cut} ${moment} call ${call}`;
        expect({ where, status }).toEqual({ where, status: 200 });
        const items = await stored.read();
        // What stays in the outbox is published again by the sweeper.
        if (cut === 'dead') expect({ where, items }).toEqual({ where, items: after });
        else
          expect({ where, items: items.map(withoutOutbox) }).toEqual({
            where,
            items: after.map(withoutOutbox),
          });
        expect({ where, told: heard() }).toEqual({ where, told });
        if (cut === 'dead') kills += 1;
      }
    }
  }
}

test.each(SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
  '$name: killed at any call, a redelivery leaves the same behind, and no event is lost; a lost connection costs none',
  async ({ run, expected, index }) => {
    const account = `acme${index}`;
    const model = run(new StripeModel(`cus_${account}`).checkout(account));
    Object.assign(stripe, { models: [model], now: model.now + DAY });
    endpoint.now = START;
    await endpoint.createAccount(account);
    const stored = new Stored([`ACCOUNT#${account}`, `CUSTOMER#stripe#${model.customer}`]);
    for (const event of model.events) {
      await killEverywhere(event.type, stored, () => endpoint.stripe(event, SIGNING_SECRET));
    }
    expect(await endpoint.accounts.findAccount(account)).toMatchObject(expected);
  },
  // A function that is dead to Stripe waits before it notices.
  120_000,
);

test('events before their link: killed at any call, nothing stays parked', async () => {
  const account = 'parked';
  const model = new StripeModel('cus_parked').subscribe({ price: 'price_pro' }).checkout(account);
  Object.assign(stripe, { models: [model], now: model.now + DAY });
  await endpoint.createAccount(account);
  const stored = new Stored([`ACCOUNT#${account}`, 'CUSTOMER#stripe#cus_parked']);
  for (const event of model.events)
    await killEverywhere(`parked ${event.type}`, stored, () => endpoint.stripe(event));
  const left = await stored.read();
  expect(left.map(({ sk }) => (sk as { S: string }).S).sort()).toEqual(['ACCOUNT', 'BILLING', 'LINK']);
});

describe('Standard Webhooks', () => {
  const subscribed = (account: string) => ({
    type: 'account.subscribed',
    timestamp: new Date(START).toISOString(),
    data: { account, plan: 'pro', paidThrough: new Date(START + 30 * DAY).toISOString() },
  });

  test('killed at any call, a redelivery leaves the same behind', async () => {
    await endpoint.createAccount('standard');
    const stored = new Stored(['ACCOUNT#standard']);
    await killEverywhere('standard', stored, () => endpoint.standard(subscribed('standard')));
    expect(await endpoint.accounts.findAccount('standard')).toMatchObject({ plan: 'pro' });
  });

  test('for an account that does not exist: killed at any call, it is kept for a person', async () => {
    const send = () => endpoint.standard(subscribed('nobody'));
    expect(await deliver(send)).toBe(200);
    const { calls } = cutter;
    for (let call = 1; call <= calls; call += 1) {
      for (const moment of ['before', 'after'] as const) {
        endpoint.services.queued.length = 0;
        await deliver(send, call, moment);
        expect(await deliver(send)).toBe(200);
        expect(endpoint.services.queued.length).toBeGreaterThan(0);
      }
    }
  });
});

test('every service was cut off, and often', () => {
  const services = ['DynamoDB', 'AWSEvents', 'secretsmanager', '/v1/'];
  const paths = [...covered].join(' ');
  for (const service of services) expect(paths).toContain(service);
  expect(kills).toBeGreaterThan(300);
});
