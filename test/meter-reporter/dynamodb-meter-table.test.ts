import { DynamoDbMeterTable } from '../../lambda/meter-reporter/dynamodb-meter-table';
import { payingCustomer } from '../../lambda/meter-reporter/paying-customer';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { UNLIMITED_ACCESS } from '../../lib/domain/access';
import { EMPTY_BILLING } from '../../lib/domain/billing/registers';
import { createAccountsTable, CREDENTIALS, dynamoDbTargets, REGION } from '../helpers/dynamodb-targets';

describe.each(dynamoDbTargets)('$name', (target) => {
  let client: DynamoDbClient;
  let admin: AccountAdmin;
  let table: DynamoDbMeterTable;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const database = await target.start();
    await createAccountsTable(database.endpoint, 'accounts');
    client = new DynamoDbClient({
      endpoint: database.endpoint,
      region: REGION,
      credentials: () => CREDENTIALS,
      timeoutMs: 10_000,
    });
    admin = new AccountAdmin(client, 'accounts');
    table = new DynamoDbMeterTable(client, 'accounts');
    stop = () => database.stop();
  }, 60_000);
  afterAll(async () => {
    client.close();
    await stop();
  });

  async function account(accountId: string, overage: number, overageClosed: number): Promise<void> {
    await admin.createAccount({ accountId, plan: 'pro', access: UNLIMITED_ACCESS });
    await client.send('UpdateItem', {
      TableName: 'accounts',
      Key: { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET overage = :overage, overageClosed = :closed',
      ExpressionAttributeValues: { ':overage': { N: `${overage}` }, ':closed': { N: `${overageClosed}` } },
    });
  }

  /** In the order in which they come. */
  async function found(first: number): Promise<[string, number][]> {
    const pairs: [string, number][] = [];
    for await (const { account: id, total } of table.overages(first)) pairs.push([id, total]);
    return pairs;
  }

  test('accounts that ever had overage are found, with that of closed periods', async () => {
    await admin.createAccount({ accountId: 'never', plan: 'pro', access: UNLIMITED_ACCESS });
    await account('none', 0, 0);
    await account('open', 4, 0);
    await account('closed', 0, 5);
    await account('both', 2, 7);
    expect(Object.fromEntries(await found(0))).toEqual({ open: 4, closed: 5, both: 9 });
  });

  test('wherever a run begins it finds every account once, and each is among the first of some', async () => {
    const accounts = Array.from({ length: 40 }, (_, index) => `crowd${index}`);
    for (const accountId of accounts) await account(accountId, 1, 0);
    const all = (await found(0)).map(([id]) => id).sort();
    expect(all).toEqual(expect.arrayContaining(accounts));
    const leaders = new Set<string>();
    for (let part = 0; part < 16; part += 1) {
      const order = (await found(part / 16)).map(([id]) => id);
      expect([...order].sort()).toEqual(all);
      for (const id of order.slice(0, all.length / 2)) leaders.add(id);
    }
    expect([...leaders].sort()).toEqual(all);
  });

  test('of two that begin at once one wins; what is settled or withdrawn by another report stays', async () => {
    const report = (id: string, from: number, to: number) => ({
      id,
      customer: 'cus_1',
      from,
      to,
      at: 1,
      repeated: false,
    });
    expect(await table.read('open')).toEqual({ reported: 0 });
    const begun = await Promise.all([
      table.begin('open', report('a', 0, 4)),
      table.begin('open', report('b', 0, 4)),
    ]);
    expect(begun.filter(Boolean)).toHaveLength(1);
    const winner = report(begun[0] ? 'a' : 'b', 0, 4);
    await table.settle('open', report('c', 0, 4));
    await table.withdraw('open', report('c', 0, 4));
    expect(await table.read('open')).toEqual({ reported: 0, pending: winner });
    expect(await table.repeat('open', report('c', 0, 4))).toBe(false);
    expect([await table.repeat('open', winner), await table.repeat('open', winner)]).toEqual([true, true]);
    // Whoever sent it first takes a refusal for the whole truth no longer.
    await table.withdraw('open', winner);
    expect(await table.read('open')).toEqual({ reported: 0, pending: { ...winner, repeated: true } });
    await table.settle('open', winner);
    expect(await table.read('open')).toEqual({ reported: 4 });
    expect(await table.begin('open', report('d', 0, 9))).toBe(false);
    expect(await table.begin('open', report('e', 4, 9))).toBe(true);
    await table.withdraw('open', report('e', 4, 9));
    expect(await table.read('open')).toEqual({ reported: 4 });
  });

  test('erasing the account takes its reports along', async () => {
    await admin.erase('open');
    expect(await table.read('open')).toEqual({ reported: 0 });
    expect(await table.customerOf('open')).toBeUndefined();
  });
});

describe('who pays', () => {
  const subscription = (customer: string, status: string) =>
    ({ latest: { at: 1, snapshot: { status, customer, createdAt: 1, items: [] } } }) as never;
  const customers = ['stripe#cus_a', 'stripe#cus_b', 'other#x'];

  test.each<[string, object, string | undefined]>([
    [
      'the one whose subscription lives',
      { sub_1: subscription('cus_a', 'active'), sub_2: subscription('cus_b', 'canceled') },
      'cus_a',
    ],
    [
      'the one who pays before the one in arrears',
      { sub_1: subscription('cus_b', 'past_due'), sub_2: subscription('cus_a', 'active') },
      'cus_a',
    ],
    ['the last one, when none lives', {}, 'cus_b'],
  ])('%s', (_, subscriptions, expected) => {
    const state = { ...EMPTY_BILLING, subscriptions: subscriptions as never };
    expect(payingCustomer({ customers, state }, 'stripe')).toBe(expected);
  });

  test('nobody of another provider', () => {
    expect(payingCustomer({ customers: ['other#x'], state: EMPTY_BILLING }, 'stripe')).toBeUndefined();
  });
});
