import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { fromAccountItem } from '../../lambda/store/account-item';
import { DynamoDbBillingTable } from '../../lambda/billing/dynamodb-billing-table';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';
import { DAY, START } from './support/clock';
import { buildDesk, messageOf, newAccount, outcome } from './support/desk';
import { MemoryBillingTable } from './support/memory-billing-table';
import { SCENARIOS } from './support/scenarios';
import { StripeModel } from './support/stripe-model';

const TABLE = 'accounts';

describe.each(dynamoDbTargets)('billing on $name', ({ start }) => {
  let db: RunningDynamoDb;
  let client: DynamoDbClient;
  let table: DynamoDbBillingTable;

  beforeAll(async () => {
    db = await start();
    await createAccountsTable(db.endpoint, TABLE);
    client = new DynamoDbClient({
      region: REGION,
      endpoint: db.endpoint,
      credentials: () => CREDENTIALS,
      timeoutMs: 20_000,
    });
    table = new DynamoDbBillingTable(client, TABLE, () => START);
  });

  afterAll(async () => {
    client.close();
    await db.stop();
  });

  async function openAccount(accountId: string): Promise<void> {
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    await new AccountAdmin(client, TABLE, () => START).createAccount({ accountId, plan: 'basic', access });
    // A period with 60 of 100 units spent.
    await client.send('UpdateItem', {
      TableName: TABLE,
      Key: { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET periodId = :id, periodEnd = :end, remaining = :left',
      ExpressionAttributeValues: {
        ':id': { S: 'month-20260501T000000Z' },
        ':end': { N: String(START + 31 * DAY) },
        ':left': { N: '40' },
      },
    });
  }

  test.each(SCENARIOS.map((scenario, index) => ({ ...scenario, index })))(
    '$name: two workers, in the order and against it, end where memory does',
    async ({ run, expected, index }) => {
      const memory = new MemoryBillingTable();
      const accountId = `acme${index}`;
      const customer = `cus_${accountId}`;
      const model = run(new StripeModel(customer)).checkout(accountId);
      const messages = model.events.map((event) => messageOf(event, customer)!);
      await openAccount(accountId);
      memory.contents.accounts[accountId] = (await table.readAccount(accountId))!;
      const desk = buildDesk(memory);
      for (const message of messages) await desk.billing.receive(message);

      const { billing } = buildDesk(table);
      const work = async (order: typeof messages) => {
        for (const message of order) await buildDesk(table).billing.receive(message);
      };
      await Promise.all([work(messages), work([...messages].reverse())]);
      await billing.receive(messages[0]!);

      const account = await table.readAccount(accountId);
      expect(account).toMatchObject(expected);
      expect(outcome(account)).toEqual(outcome(memory.contents.accounts[accountId]));
      expect(await table.listParked({ provider: 'stripe', customer })).toEqual([]);
      expect((await table.readBilling(accountId))!.outbox).toEqual([]);
    },
  );

  test('the item says that its outbox holds something, as long as it does', async () => {
    await openAccount('outbox');
    const refusing = buildDesk(table, { publish: () => Promise.reject(new Error('the bus is down')) });
    const model = new StripeModel('cus_outbox').checkout('outbox').subscribe({ price: 'price_pro' });
    for (const event of model.events) await refusing.receive(event);
    const pending = async () => {
      const Key = { pk: { S: 'ACCOUNT#outbox' }, sk: { S: 'BILLING' } };
      const { Item } = await client.send<{ Item: Record<string, unknown> }>('GetItem', {
        TableName: TABLE,
        Key,
      });
      return Item.outboxPending;
    };
    expect(await pending()).toEqual({ S: 'OUTBOX' });
    const desk = buildDesk(table);
    await desk.receive(model.events.at(-1)!);
    expect(desk.published.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['subscription.activated', 1],
    ]);
    expect(await pending()).toBeUndefined();
  });

  test('a projection is refused when the account has moved on, and leaves what requests write alone', async () => {
    await openAccount('moved');
    const seen = (await table.readAccount('moved'))!;
    const projection = {
      plan: 'pro',
      accessUntil: START + DAY,
      lapseReason: 'payment_failed' as const,
      paidUntil: START,
      quantity: 1,
      renews: true,
      standing: 'active' as const,
      reversed: false,
    };
    await client.send('UpdateItem', {
      TableName: TABLE,
      Key: { pk: { S: 'ACCOUNT#moved' }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET remaining = remaining - :one, quotaLimit = :own, routesOf = :plan',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':own': { N: '70' }, ':plan': { S: 'pro' } },
    });
    expect(await table.projectOnto(seen, projection, { kind: 'add', units: 900 }, 3)).toBe(true);
    expect(await table.readAccount('moved')).toMatchObject({
      plan: 'pro',
      planRev: 2,
      remaining: 939,
      quotaLimit: 70,
      routesOf: 'pro',
      billingRev: 3,
      accessUntil: START + DAY,
    });
    expect(await table.projectOnto(seen, { ...projection, plan: 'basic' }, { kind: 'none' }, 2)).toBe(false);
  });

  test.each([
    ['open', { kind: 'open', periodId: 'day-20260501T000000Z', periodEnd: START + DAY, units: -80 }, -40],
    ['close', { kind: 'close' }, 0],
  ] as const)(
    'another period (%s) puts the overage of the old one aside',
    async (kind, effect, remaining) => {
      const accountId = `overage${kind}`;
      await openAccount(accountId);
      const Key = { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'ACCOUNT' } };
      await client.send('UpdateItem', {
        TableName: TABLE,
        Key,
        UpdateExpression: 'SET overage = :seven',
        ExpressionAttributeValues: { ':seven': { N: '7' } },
      });
      const seen = (await table.readAccount(accountId))!;
      const projection = {
        plan: 'pro',
        accessUntil: START + DAY,
        lapseReason: 'payment_failed',
        paidUntil: START,
        quantity: 2,
        renews: true,
        standing: 'active',
        reversed: false,
        anchorAt: START + 1,
      } as const;
      expect(await table.projectOnto(seen, projection, effect, 1)).toBe(true);
      const { Item } = await client.send<{ Item: Record<string, unknown> }>('GetItem', {
        TableName: TABLE,
        Key,
      });
      expect(Item).toMatchObject({
        overage: { N: '0' },
        overageClosed: { N: '7' },
        remaining: { N: String(remaining) },
        periodId: { S: effect.kind === 'open' ? effect.periodId : 'none' },
        quantity: { N: '2' },
        anchorAt: { N: String(START + 1) },
      });
    },
  );

  test('a purchase of no plan of the catalogue takes the plan away', async () => {
    await openAccount('unknown');
    const model = new StripeModel('cus_unknown').checkout('unknown').subscribe({ price: 'price_of_old' });
    const desk = buildDesk(table);
    for (const event of model.events) await desk.receive(event);
    expect((await table.readAccount('unknown'))!.plan).toBeUndefined();
    expect(desk.published.map(({ type }) => type)).toContain('plan.unknown');
  });
});

test('accounts that billing never touched read as before', () => {
  const { billingRev, paidUntil, quantity } = newAccount();
  expect([billingRev, paidUntil, quantity]).toEqual([undefined, undefined, undefined]);
  expect(() => fromAccountItem('acme', { planRev: { N: '1' }, billingRev: { S: 'x' } })).toThrow(TypeError);
});
