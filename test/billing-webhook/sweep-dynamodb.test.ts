import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IndexedOutboxes, sweep } from '../../lambda/billing-sweeper/sweep';
import { DynamoDbBillingTable } from '../../lambda/billing/dynamodb-billing-table';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { buildDesk, messageOf } from '../billing/support/desk';
import { StripeModel } from '../billing/support/stripe-model';
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
  const run = () =>
    sweep({
      outboxes: outboxes(2),
      table,
      bus: { publish: async (events) => void published.push(...events.map(({ id }) => id)) },
      log: () => undefined,
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
