import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IndexedOutboxes, sweep } from '../../lambda/billing-sweeper/sweep';
import { AccountBilling } from '../../lambda/billing/account-billing';
import type { AccountEvent } from '../../lambda/billing/billing-table';
import { DynamoDbBillingTable } from '../../lambda/billing/dynamodb-billing-table';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { START } from '../billing/support/clock';
import { buildDesk, messageOf } from '../billing/support/desk';
import { StripeModel } from '../billing/support/stripe-model';
import { TERMS } from '../billing/support/terms';
import { CREDENTIALS, dynamoDbTargets, REGION, type RunningDynamoDb } from '../helpers/dynamodb-targets';

const TABLE = 'accounts';
const INDEX = 'OutboxPending';

/** The table as `AccountTable` and `OutboxSweeper` make it. */
async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'outboxPending'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      GlobalSecondaryIndexes: [
        {
          IndexName: INDEX,
          KeySchema: [key('outboxPending', 'HASH'), key('pk', 'RANGE')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  client.destroy();
}

describe.each(dynamoDbTargets)('the sweeper on $name', ({ start }) => {
  let db: RunningDynamoDb;
  let client: DynamoDbClient;
  let table: DynamoDbBillingTable;
  const published: string[] = [];

  beforeAll(async () => {
    db = await start();
    await createTable(db.endpoint);
    client = new DynamoDbClient({
      region: REGION,
      endpoint: db.endpoint,
      credentials: () => CREDENTIALS,
      timeoutMs: 20_000,
    });
    table = new DynamoDbBillingTable(client, TABLE);
  });
  afterAll(async () => {
    client.close();
    await db.stop();
  });
  beforeEach(() => void (published.length = 0));

  /** Paid for while events could not be published. */
  async function pay(
    account: string,
    publish: () => Promise<void> = () => Promise.reject(new Error('away')),
  ) {
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    await new AccountAdmin(client, TABLE).createAccount({ accountId: account, access });
    const desk = buildDesk(table, { publish });
    const { events } = new StripeModel(`cus_${account}`).checkout(account).subscribe({ price: 'price_pro' });
    for (const event of events) await desk.billing.receive(messageOf(event)!);
  }

  const outboxes = (size?: number) =>
    new IndexedOutboxes(
      {
        // Small pages, so that there are several.
        send: (operation, input) => client.send(operation, { ...input, ...(size && { Limit: size }) }),
      },
      TABLE,
      INDEX,
    );
  const listed = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const account of outboxes(2).list()) found.push(account);
    return found;
  };
  const publish = async (events: readonly AccountEvent[]): Promise<void> =>
    void published.push(...events.map(({ id }) => id));
  const run = (bus = { publish }, on: DynamoDbBillingTable = table) =>
    sweep({
      outboxes: outboxes(2),
      table: on,
      accounts: new AccountBilling(on, TERMS, () => START),
      bus,
      clock: () => START,
      log: () => undefined,
    });

  /** A table on which nothing gets as far as the hot item. */
  const cutBeforeProjection = (): DynamoDbBillingTable =>
    Object.assign(new DynamoDbBillingTable(client, TABLE), {
      projectOnto: () => Promise.reject(new Error('died')),
    });

  /** Paid for, and the function died between the write to the billing item and the one to the hot item. */
  async function payAndDie(account: string): Promise<void> {
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    await new AccountAdmin(client, TABLE).createAccount({ accountId: account, access });
    const { events } = new StripeModel(`cus_${account}`).checkout(account).subscribe({ price: 'price_pro' });
    const desk = buildDesk(cutBeforeProjection());
    for (const event of events) await desk.billing.receive(messageOf(event)!).catch(() => undefined);
    expect(desk.published).toEqual([]);
    expect(await table.readAccount(account)).not.toHaveProperty('plan', 'pro');
    expect((await table.readBilling(account))!.outbox).not.toEqual([]);
  }

  test('after a crash before the projection, the hot item shows the change when the bus hears of it', async () => {
    await payAndDie('halfway');
    const seen: (string | undefined)[] = [];
    await run({
      publish: async (events) => {
        seen.push((await table.readAccount('halfway'))!.plan);
        await publish(events);
      },
    });
    expect(seen).toEqual(['pro']);
    expect(published).toEqual(['halfway-1']);
    expect(await table.readAccount('halfway')).toMatchObject({
      plan: 'pro',
      billingRev: (await table.readBilling('halfway'))!.sequence,
    });
    expect(await listed()).toEqual([]);
  });

  test('events of a change that cannot be put onto the hot item are neither published nor lost', async () => {
    await payAndDie('stuck');
    await expect(run({ publish }, cutBeforeProjection())).rejects.toThrow('1 accounts');
    expect(published).toEqual([]);
    expect(await listed()).toEqual(['stuck']);
    await run();
    expect(published).toEqual(['stuck-1']);
    expect(await table.readAccount('stuck')).toHaveProperty('plan', 'pro');
  });

  test('finds the accounts whose events wait, publishes them, and finds none afterwards', async () => {
    const accounts = ['acme1', 'acme2', 'acme3', 'acme4', 'acme5'];
    for (const account of accounts) await pay(account);
    await pay('calm', () => Promise.resolve());
    expect((await listed()).sort()).toEqual(accounts);
    expect(await run()).toBe(accounts.length);
    expect(published.sort()).toEqual(accounts.map((account) => `${account}-1`));
    expect(await listed()).toEqual([]);
    expect(await run()).toBe(0);
  });

  test('a mark that a crash left on an empty outbox is removed', async () => {
    await pay('crash', () => Promise.resolve());
    await client.send('UpdateItem', {
      TableName: TABLE,
      Key: { pk: { S: 'ACCOUNT#crash' }, sk: { S: 'BILLING' } },
      UpdateExpression: 'SET outboxPending = :pending',
      ExpressionAttributeValues: { ':pending': { S: 'OUTBOX' } },
    });
    expect(await listed()).toEqual(['crash']);
    expect(await run()).toBe(0);
    expect(published).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  test('two publishers of overlapping events leave no mark, and no event that neither has published', async () => {
    await pay('both');
    const [first] = (await table.readBilling('both'))!.outbox;
    const second = { ...first!, id: 'both-2', sequence: 2 };
    const { sequence, outbox, ...record } = (await table.readBilling('both'))!;
    expect(outbox).toHaveLength(1);
    const next = { ...record, sequence: sequence + 1, eventSequence: 2 };
    expect(await table.writeBilling('both', next, [second], sequence)).toBe(true);
    await table.removeFromOutbox('both', [first!.id]);
    expect(await listed()).toEqual(['both']);
    await table.removeFromOutbox('both', [first!.id, second.id]);
    expect((await table.readBilling('both'))!.outbox).toEqual([]);
    expect(await listed()).toEqual([]);
  });
});
