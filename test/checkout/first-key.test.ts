import { fingerprintOf } from '../../lib/domain/key';
import { AccountAdmin, DynamoDbClient, StoreFault } from '../../lambda/store';
import { makeFirstKey, type FirstKey } from '../../lambda/store/first-key';
import { interpose, Killed, KillSwitch } from '../billing/support/interpose';
import { createAccountsTable, CREDENTIALS, dynamoDbTargets, REGION } from '../helpers/dynamodb-targets';

const OPTIONS = { prefix: 'pw', label: 'first key', scopes: [], createdBy: 'claim' };

describe.each(dynamoDbTargets)('the first key of an account, on $name', (target) => {
  let database: Awaited<ReturnType<typeof target.start>>;
  let client: DynamoDbClient;
  let accounts: AccountAdmin;
  beforeAll(async () => {
    database = await target.start();
    await createAccountsTable(database.endpoint, 'accounts');
    client = new DynamoDbClient({
      endpoint: database.endpoint,
      region: REGION,
      credentials: () => CREDENTIALS,
      timeoutMs: 10_000,
    });
    accounts = new AccountAdmin(client, 'accounts');
  });
  afterAll(async () => {
    client.close();
    await database.stop();
  });

  let number = 0;
  async function newAccount(): Promise<string> {
    number += 1;
    const accountId = `sold${number}`;
    await accounts.createAccount({ accountId, access: { accessUntil: 0, lapseReason: 'no_subscription' } });
    return accountId;
  }
  const make = (account: string, through: Pick<DynamoDbClient, 'send'> = client): Promise<FirstKey> =>
    makeFirstKey(through, 'accounts', account, OPTIONS, 1_000);
  const keysOf = async (account: string) => Object.keys((await accounts.findAccount(account))!.keys);

  test('is made once', async () => {
    const account = await newAccount();
    const made = await make(account);
    expect(await make(account)).toEqual({ kind: 'made-before' });
    expect(await keysOf(account)).toEqual([fingerprintOf((made as { key: string }).key)]);
    expect(await accounts.listKeys(account)).toMatchObject([{ label: 'first key', createdBy: 'claim' }]);
  });

  test('of no account is not made', async () => {
    expect(await make('nobody')).toEqual({ kind: 'no-account' });
    expect(await accounts.listKeys('nobody')).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'killed %s any of its steps and tried again, at most one key works, and it is the one that was shown',
    async (moment) => {
      for (let step = 1; ; step += 1) {
        const account = await newAccount();
        const { around } = new KillSwitch(step, moment);
        const dying = interpose({ send: client.send.bind(client) }, around) as Pick<DynamoDbClient, 'send'>;
        const first = await make(account, dying).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          return undefined;
        });
        const second = await make(account);
        const shown = [first, second].flatMap((made) =>
          made?.kind === 'made' ? [fingerprintOf(made.key)] : [],
        );
        const working = await keysOf(account);
        expect(working).toHaveLength(1);
        expect(shown.length).toBeLessThanOrEqual(1);
        expect(working).toEqual(expect.arrayContaining(shown));
        if (first !== undefined) {
          expect(step).toBeGreaterThan(2);
          return;
        }
      }
    },
  );

  test('is shown although the answer of its write got lost', async () => {
    const account = await newAccount();
    let lost = 0;
    const lossy = {
      send: async (operation: string, input: object) => {
        const result = await client.send(operation, input);
        if (operation === 'UpdateItem' && lost++ < 2) throw new StoreFault('unknown', 'timed out');
        return result;
      },
    } as Pick<DynamoDbClient, 'send'>;
    const made = await make(account, lossy);
    expect(lost).toBe(3);
    expect(await keysOf(account)).toEqual([fingerprintOf((made as { key: string }).key)]);
  });
});
