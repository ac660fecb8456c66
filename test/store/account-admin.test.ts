import { AccountAdmin, type NewKey } from '../../lambda/store/account-admin';
import { UNLIMITED_ACCESS } from '../../lib/domain/access';
import { MAX_KEYS_PER_ACCOUNT, NEVER } from '../../lib/domain/account';
import { fingerprintOf, parseKey } from '../../lib/domain/key';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, buildAccount, NOW, TABLE } from './fixtures';

const LABELLED: NewKey = { prefix: 'pw_test', label: 'laptop', scopes: [], createdBy: 'tests' };

describe.each(dynamoDbTargets)('account administration on $name', (target) => {
  let table: AccountsTable;
  let now = NOW;
  let admin: AccountAdmin;
  let accounts = 0;

  beforeAll(async () => {
    table = await AccountsTable.on(target);
    admin = new AccountAdmin(table.client, TABLE, () => now);
  });
  afterAll(() => table.close());
  beforeEach(() => (now = NOW));

  /** A fresh account on plan `pro`. */
  const create = async (): Promise<string> => {
    const accountId = `account${(accounts += 1)}`;
    await admin.createAccount({ accountId, plan: 'pro', access: UNLIMITED_ACCESS });
    return accountId;
  };

  describe('createAccount', () => {
    test('stores what it returns: no key, no period, counted from now', async () => {
      const created = await admin.createAccount({
        accountId: 'full',
        plan: 'pro',
        access: { accessUntil: NOW + 5, lapseReason: 'trial_ended' },
        usageKey: 'usage-key',
      });
      expect(created).toEqual({
        accountId: 'full',
        plan: 'pro',
        planRev: 1,
        accessUntil: NOW + 5,
        lapseReason: 'trial_ended',
        anchorAt: NOW,
        periodId: 'none',
        periodEnd: 0,
        remaining: 0,
        keys: {},
        usageKey: 'usage-key',
        suspended: false,
      });
      expect(await admin.findAccount('full')).toEqual(created);
    });

    test('leaves the plan out for one that never subscribed', async () => {
      const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
      await admin.createAccount({ accountId: 'browsing', access });
      expect(await admin.findAccount('browsing')).toMatchObject({ accountId: 'browsing', ...access });
      expect((await admin.findAccount('browsing'))?.plan).toBeUndefined();
    });

    test('refuses a second one, and keeps the first', async () => {
      await table.put(buildAccount({ accountId: 'twice' }));
      const again = admin.createAccount({ accountId: 'twice', plan: 'free', access: UNLIMITED_ACCESS });
      await expect(again).rejects.toMatchObject({ name: 'AccountConflict', code: 'account_exists' });
      expect(await admin.findAccount('twice')).toEqual(buildAccount({ accountId: 'twice' }));
    });

    test('lets one of ten concurrent callers win', async () => {
      const attempts = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          admin.createAccount({ accountId: 'raced', access: UNLIMITED_ACCESS }),
        ),
      );
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  test('findAccount returns undefined for nobody', async () => {
    expect(await admin.findAccount('nobody')).toBeUndefined();
  });

  describe('createKey', () => {
    test('makes a key that names the account and is stored as a fingerprint only', async () => {
      const accountId = await create();
      const options = { ...LABELLED, scopes: ['billing'], expiresAt: NOW + 7 };
      const { key, record } = await admin.createKey(accountId, options);
      expect(parseKey(key)).toMatchObject({ prefix: 'pw_test', accountId });
      expect(record).toEqual({
        fingerprint: fingerprintOf(key),
        label: 'laptop',
        createdAt: NOW,
        createdBy: 'tests',
        expiresAt: NOW + 7,
        scopes: ['billing'],
      });
      const account = await admin.findAccount(accountId);
      expect(account?.keys).toEqual({ [fingerprintOf(key)]: { expiresAt: NOW + 7, scopes: ['billing'] } });
      expect(await admin.listKeys(accountId)).toEqual([record]);
      const everything = await table.client.send<{ Items: unknown[] }>('Scan', { TableName: TABLE });
      expect(JSON.stringify(everything)).not.toContain(key);
    });

    test('makes one that does not expire when no expiry is asked for', async () => {
      const accountId = await create();
      const { record } = await admin.createKey(accountId, LABELLED);
      expect(record.expiresAt).toBe(NEVER);
    });

    test('refuses an account that does not exist, and leaves nothing behind', async () => {
      await expect(admin.createKey('nobody', LABELLED)).rejects.toMatchObject({ code: 'no_such_account' });
      expect(await admin.listKeys('nobody')).toEqual([]);
      expect(await admin.findAccount('nobody')).toBeUndefined();
    });

    test('refuses more keys than an account may hold, to concurrent callers too', async () => {
      const accountId = await create();
      const attempts = await Promise.allSettled(
        Array.from({ length: MAX_KEYS_PER_ACCOUNT + 5 }, () => admin.createKey(accountId, LABELLED)),
      );
      const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
      expect(refused).toHaveLength(5);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'too_many_keys' });

      const account = await admin.findAccount(accountId);
      const described = (await admin.listKeys(accountId)).map(({ fingerprint }) => fingerprint);
      expect(described).toHaveLength(MAX_KEYS_PER_ACCOUNT);
      expect(described.sort()).toEqual(Object.keys(account!.keys).sort());
    });

    test('ends keys that have long expired where there is no room for another', async () => {
      const DAY = 86_400_000;
      const expiries = [NOW - DAY, NOW - 2 * DAY, NOW - DAY + 1, NOW, NOW + 1];
      const keys = Array.from({ length: MAX_KEYS_PER_ACCOUNT }, (_, index) => [
        `key${index}`,
        { expiresAt: expiries[index] ?? NEVER, scopes: [] },
      ]);
      await table.put(buildAccount({ accountId: 'rotating', keys: Object.fromEntries(keys) }));
      const { record } = await admin.createKey('rotating', LABELLED);
      const left = Object.keys((await admin.findAccount('rotating'))!.keys);
      expect(left).toHaveLength(MAX_KEYS_PER_ACCOUNT - 1);
      expect(left).toEqual(expect.arrayContaining(['key2', 'key3', 'key4', record.fingerprint]));
      expect(left).not.toContain('key0');
    });

    test('leaves the rest of the account alone', async () => {
      const account = buildAccount({ accountId: 'busy' });
      await table.put(account);
      const { record } = await admin.createKey('busy', LABELLED);
      expect(await admin.findAccount('busy')).toEqual({
        ...account,
        keys: { ...account.keys, [record.fingerprint]: { expiresAt: NEVER, scopes: [] } },
      });
    });
  });

  describe('listKeys', () => {
    test('lists the oldest first, and those of this account only', async () => {
      const accountId = await create();
      const neighbour = await create();
      for (const [at, label] of [
        [3, 'third'],
        [1, 'first'],
        [2, 'second'],
      ] as const) {
        now = NOW + at;
        await admin.createKey(accountId, { ...LABELLED, label });
      }
      await admin.createKey(neighbour, LABELLED);
      const labels = (await admin.listKeys(accountId)).map(({ label }) => label);
      expect(labels).toEqual(['first', 'second', 'third']);
    });

    test('reads every page', async () => {
      const accountId = await create();
      // More than the megabyte that one page holds.
      const label = 'x'.repeat(300_000);
      for (let n = 0; n < 5; n += 1) await admin.createKey(accountId, { ...LABELLED, label });
      expect(await admin.listKeys(accountId)).toHaveLength(5);
    });
  });

  describe('changeAccess', () => {
    const lapsed = { accessUntil: NOW, lapseReason: 'payment_failed' } as const;

    test('changes nothing but the access', async () => {
      const account = buildAccount({ accountId: 'lapsing' });
      await table.put(account);
      await admin.changeAccess('lapsing', 'pro', lapsed);
      expect(await admin.findAccount('lapsing')).toEqual({ ...account, ...lapsed });
    });

    test('gives a plan to an account that never had one', async () => {
      await table.put(buildAccount({ accountId: 'newcomer', plan: undefined }));
      await admin.changeAccess('newcomer', 'pro', UNLIMITED_ACCESS);
      expect(await admin.findAccount('newcomer')).toMatchObject({ plan: 'pro', ...UNLIMITED_ACCESS });
    });

    test.each([
      ['an account on another plan', 'settled'],
      ['an account that does not exist', 'nobody'],
    ])('refuses %s', async (_case, accountId) => {
      await table.put(buildAccount({ accountId: 'settled', plan: 'free' }));
      const before = await admin.findAccount(accountId);
      await expect(admin.changeAccess(accountId, 'pro', lapsed)).rejects.toMatchObject({
        name: 'AccountConflict',
        code: 'account_has_another_plan',
      });
      expect(await admin.findAccount(accountId)).toEqual(before);
    });
  });
});
