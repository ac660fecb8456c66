import { AccountAdmin, type NewKey } from '../../lambda/store/account-admin';
import { accountKey, toGrant } from '../../lambda/store/account-item';
import { KeyImporter, type KeyToImport } from '../../lambda/store/import-key';
import { DynamoDbImportedKeys, importedKeyKey } from '../../lambda/store/imported-keys';
import { keyItemKey } from '../../lambda/store/key-item';
import { UNLIMITED_ACCESS } from '../../lib/domain/access';
import { MAX_KEYS_PER_ACCOUNT, NEVER } from '../../lib/domain/account';
import { interpose, Killed, KillSwitch } from '../billing/support/interpose';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, NOW, TABLE } from './fixtures';

const LABELLED: NewKey = { prefix: 'pw_test', label: 'laptop', scopes: [], createdBy: 'tests' };
const GRANT = { expiresAt: NEVER, scopes: [] };
const MOMENTS = ['before', 'after'] as const;

describe.each(dynamoDbTargets)('keys after a crash on $name', (target) => {
  let table: AccountsTable;
  let admin: AccountAdmin;
  let importer: KeyImporter;
  let count = 0;

  beforeAll(async () => {
    table = await AccountsTable.on(target);
    admin = new AccountAdmin(table.client, TABLE, () => NOW);
    importer = new KeyImporter(table.client, TABLE, () => NOW);
  });
  afterAll(() => table.close());

  const account = async (keys = 0): Promise<string> => {
    const accountId = `account${(count += 1)}`;
    await admin.createAccount({ accountId, plan: 'pro', access: UNLIMITED_ACCESS });
    for (let key = 0; key < keys; key += 1) await grant(accountId, `filler-${key}`);
    return accountId;
  };
  const grant = (accountId: string, fingerprint: string) =>
    table.client.send('UpdateItem', {
      TableName: TABLE,
      Key: accountKey(accountId),
      UpdateExpression: 'SET #keys.#fingerprint = :grant',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
      ExpressionAttributeValues: { ':grant': toGrant(GRANT) },
    });
  const ungrant = (accountId: string, fingerprint: string) =>
    table.client.send('UpdateItem', {
      TableName: TABLE,
      Key: accountKey(accountId),
      UpdateExpression: 'REMOVE #keys.#fingerprint',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
    });
  const keyToImport = (accountId: string): KeyToImport => ({
    accountId,
    fingerprint: `imported-fingerprint-${(count += 1)}`,
    label: 'legacy',
  });
  /** Where a key can be found: what works, what is described, and whose it is. */
  const traces = async ({ accountId, fingerprint }: Pick<KeyToImport, 'accountId' | 'fingerprint'>) => {
    const Key = keyItemKey(accountId, fingerprint);
    const { Item } = await table.client.send<{ Item?: object }>('GetItem', { TableName: TABLE, Key });
    return {
      granted: fingerprint in ((await admin.findAccount(accountId))?.keys ?? {}),
      described: Item !== undefined,
      owner: await new DynamoDbImportedKeys(table.client, TABLE).find(fingerprint),
    };
  };
  /** Runs with a client that dies; whether it did. */
  const dies = async (
    step: number,
    moment: (typeof MOMENTS)[number],
    run: (client: AccountsTable['client']) => Promise<unknown>,
  ): Promise<boolean> => {
    try {
      await run(interpose(table.client, new KillSwitch(step, moment).around));
      return false;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return true;
    }
  };

  test.each(MOMENTS)(
    'a revocation that dies %s any of its steps is finished by a repetition',
    async (moment) => {
      let steps = 0;
      for (let step = 1; ; step += 1) {
        const accountId = await account();
        const own = (await admin.createKey(accountId, LABELLED)).record.fingerprint;
        const legacy = keyToImport(accountId);
        await importer.import(legacy);
        const died = await Promise.all(
          [own, legacy.fingerprint].map((fingerprint) =>
            dies(step, moment, (client) => new AccountAdmin(client, TABLE).revokeKey(accountId, fingerprint)),
          ),
        );
        for (const [index, fingerprint] of [own, legacy.fingerprint].entries()) {
          // What the list shows is what opens something, in the middle of it, too.
          const { granted } = await traces({ accountId, fingerprint });
          const listed = (await admin.listKeys(accountId)).map((key) => key.fingerprint);
          expect(listed.includes(fingerprint)).toBe(granted);
          if (died[index] && (await traces({ accountId, fingerprint })).described) {
            const found = await admin.findKey(accountId, fingerprint.slice(0, 24));
            await admin.revokeKey(accountId, found.fingerprint);
          }
          expect(await traces({ accountId, fingerprint })).toEqual({
            granted: false,
            described: false,
            owner: undefined,
          });
          await expect(admin.revokeKey(accountId, fingerprint)).rejects.toMatchObject({
            code: 'no_such_key',
          });
        }
        expect(await importer.import(legacy)).toBe('revoked');
        if (!died.includes(true)) break;
        steps += 1;
      }
      expect(steps).toBeGreaterThanOrEqual(4);
    },
  );

  test('the expiry that the account holds is the one that is listed, when a rotation died before it was described', async () => {
    const accountId = await account();
    const { fingerprint } = (await admin.createKey(accountId, LABELLED)).record;
    for (let step = 1; await dies(step, 'after', rotate); step += 1) {
      const held = (await admin.findAccount(accountId))!.keys;
      for (const key of await admin.listKeys(accountId))
        expect(key.expiresAt).toBe(held[key.fingerprint]!.expiresAt);
    }
    async function rotate(client: AccountsTable['client']): Promise<void> {
      await new AccountAdmin(client, TABLE, () => NOW).rotateKey(accountId, fingerprint, 1_000, LABELLED);
    }
  });

  describe('an import', () => {
    test.each(MOMENTS)('that dies %s any of its steps is finished by a repetition', async (moment) => {
      for (let step = 1; ; step += 1) {
        const key = keyToImport(await account());
        const died = await dies(step, moment, (client) =>
          new KeyImporter(client, TABLE, () => NOW).import(key),
        );
        expect(['imported', 'unchanged']).toContain(await importer.import(key));
        expect(await traces(key)).toEqual({ granted: true, described: true, owner: key.accountId });
        if (!died) break;
      }
    });

    test.each(MOMENTS)(
      'into an account that fills up meanwhile leaves nothing, even when it dies %s a step',
      async (moment) => {
        for (let step = 1; ; step += 1) {
          const key = keyToImport(await account(MAX_KEYS_PER_ACCOUNT - 1));
          const died = await dies(step, moment, (client) => {
            // The last place is taken after the look and before the grant.
            const racing = interpose(client, async (name, run) => {
              const answer = await run();
              if (name === 'send' && !(await admin.findAccount(key.accountId))!.keys.faster)
                if ((await traces(key)).owner !== undefined) await grant(key.accountId, 'faster');
              return answer;
            });
            return new KeyImporter(racing, TABLE, () => NOW).import(key);
          });
          if (!(await admin.findAccount(key.accountId))!.keys.faster) await grant(key.accountId, 'faster');
          if (died) expect(await importer.import(key)).toBe('too_many_keys');
          expect(await traces(key)).toEqual({ granted: false, described: false, owner: undefined });
          if (!died) break;
        }
      },
    );

    test('of the same key at once takes no second place, and undoes nothing of the other', async () => {
      const key = keyToImport(await account(MAX_KEYS_PER_ACCOUNT - 1));
      const outcomes = await Promise.all([importer.import(key), importer.import(key)]);
      expect(outcomes.filter((outcome) => outcome === 'imported' || outcome === 'unchanged')).toHaveLength(2);
      expect(await traces(key)).toEqual({ granted: true, described: true, owner: key.accountId });
    });

    test('of a key that the account holds and nothing names puts that right', async () => {
      const key = keyToImport(await account());
      await importer.import(key);
      await table.client.send('DeleteItem', { TableName: TABLE, Key: importedKeyKey(key.fingerprint) });
      expect(await importer.preview(key)).toBe('imported');
      expect(await importer.import(key)).toBe('imported');
      expect(await traces(key)).toEqual({ granted: true, described: true, owner: key.accountId });
    });

    test('that a full account refused does not keep the key from another account', async () => {
      const full = await account(MAX_KEYS_PER_ACCOUNT - 1);
      const key = keyToImport(full);
      await importer.import(key);
      await ungrant(full, key.fingerprint);
      await grant(full, 'another');
      expect(await importer.import(key)).toBe('too_many_keys');
      const other = { ...key, accountId: await account() };
      expect(await importer.import(other)).toBe('imported');
    });
  });

  test('revoking what another account has taken over since does not touch it', async () => {
    const [first, second] = [await account(), await account()];
    const key = keyToImport(first);
    await importer.import(key);
    await table.client.send('DeleteItem', { TableName: TABLE, Key: importedKeyKey(key.fingerprint) });
    await importer.import({ ...key, accountId: second });
    await admin.revokeKey(first, key.fingerprint);
    expect((await traces({ ...key, accountId: second })).owner).toBe(second);
  });
});
