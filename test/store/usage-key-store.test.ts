import type { UsageKeyState } from '../../lib/domain/provisioning';
import { DynamoDbUsageKeyStore } from '../../lambda/store/usage-key-store';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, buildAccount, TABLE } from './fixtures';

const STATE: UsageKeyState = { next: { value: 'key', usagePlanId: 'plan' }, retired: [] };

describe.each(dynamoDbTargets)('usage keys on $name', (target) => {
  let table: AccountsTable;
  let store: DynamoDbUsageKeyStore;
  beforeAll(async () => {
    table = await AccountsTable.on(target);
    store = new DynamoDbUsageKeyStore(table.client, TABLE);
  });
  afterAll(() => table.close());

  const named = async (accountId: string) => (await store.read(accountId)).account?.usageKey;

  test('nobody: no account, no record', async () => {
    expect(await store.read('nobody')).toEqual({
      accountId: 'nobody',
      account: undefined,
      state: { retired: [] },
      revision: 0,
    });
  });

  test('a record is kept beside the account, and changes only what was read', async () => {
    const first = await store.read('kept');
    await store.save(first, STATE);
    const second = await store.read('kept');
    expect(second).toMatchObject({ state: STATE, revision: 1 });
    await store.save(first, { retired: [] });
    expect(await store.read('kept')).toEqual(second);
    await store.save(second, { retired: [] });
    expect(await store.read('kept')).toMatchObject({ state: { retired: [] }, revision: 2 });
    await store.remove(second);
    expect(await store.read('kept')).toMatchObject({ revision: 2 });
    await store.remove(await store.read('kept'));
    expect(await store.read('kept')).toMatchObject({ revision: 0 });
  });

  test('an account is told which key to use, and to use a pool key', async () => {
    const account = buildAccount({ accountId: 'told', usageKey: undefined });
    await table.put(account);
    await store.nameKey(await store.read('told'), 'first');
    expect(await named('told')).toBe('first');
    await store.nameKey(await store.read('told'), 'second');
    expect(await named('told')).toBe('second');
    await store.nameKey(await store.read('told'), undefined);
    expect((await store.read('told')).account).toEqual(account);
  });

  test.each([
    ['uses another key', { usageKey: 'newer' }],
    ['has another plan', { planRev: 4 }],
  ])('an account that meanwhile %s is left alone', async (_, changes) => {
    const account = buildAccount({ accountId: 'moved', usageKey: 'old' });
    await table.put(account);
    const stale = await store.read('moved');
    await table.put({ ...account, ...changes });
    await store.nameKey(stale, 'late');
    await store.nameKey(stale, undefined);
    expect((await store.read('moved')).account).toEqual({ ...account, ...changes });
  });

  test('lists accounts and records, also those of which there is only one', async () => {
    await table.put(buildAccount({ accountId: 'listed1', usageKey: 'key' }));
    await store.save(await store.read('listed1'), STATE);
    await table.put(buildAccount({ accountId: 'listed2' }));
    await store.save(await store.read('listed3'), STATE);
    const padding = { S: 'x'.repeat(300_000) };
    for (let index = 0; index < 5; index += 1) {
      // More than the megabyte of a page.
      await table.putItem({ pk: { S: `ACCOUNT#listed${index}` }, sk: { S: 'BILLING' }, padding });
    }
    const records = new Map<string, unknown>();
    for await (const record of store.list()) records.set(record.accountId, record);
    for (const id of ['listed1', 'listed2', 'listed3']) expect(records.get(id)).toEqual(await store.read(id));
    expect(records.has('listed4')).toBe(false);
  });

  test('an account that is gone is not made again', async () => {
    await table.put(buildAccount({ accountId: 'gone' }));
    const stale = await store.read('gone');
    await table.client.send('DeleteItem', {
      TableName: TABLE,
      Key: { pk: { S: 'ACCOUNT#gone' }, sk: { S: 'ACCOUNT' } },
    });
    await store.nameKey(stale, 'late');
    await store.nameKey({ ...stale, account: undefined }, 'late');
    expect((await store.read('gone')).account).toBeUndefined();
  });
});
