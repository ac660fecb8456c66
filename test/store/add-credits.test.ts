import fc from 'fast-check';
import { AccountAdmin } from '../../lambda/store/account-admin';
import { StoreFault, type DynamoDbClient } from '../../lambda/store/dynamodb-client';
import { dynamoDbTargets } from '../helpers/dynamodb-targets';
import { AccountsTable, buildAccount, NOW, TABLE } from './fixtures';

/** What becomes of a request: `stopped` ends the process before it, `lost` and `failed` end the wait for its answer. */
type Fate = 'answered' | 'lost' | 'failed' | 'stopped';

class Stopped extends Error {}

/** A client whose requests meet a fate each, after a while of their own. */
function unreliable(
  client: DynamoDbClient,
  fates: Iterator<{ fate: Fate; delay: number }>,
): Pick<DynamoDbClient, 'send'> {
  return {
    async send<T>(operation: string, input: object): Promise<T> {
      const { fate, delay } = (fates.next().value as { fate: Fate; delay: number } | undefined) ?? {
        fate: 'answered',
        delay: 0,
      };
      for (let turn = 0; turn < delay; turn += 1) await new Promise(setImmediate);
      if (fate === 'stopped') throw new Stopped();
      if (fate === 'failed') throw new StoreFault('unknown', 'no answer');
      const answer = await client.send<T>(operation, input);
      if (fate === 'lost') throw new StoreFault('unknown', 'no answer');
      return answer;
    },
  };
}

describe.each(dynamoDbTargets)('credits on $name', (target) => {
  let table: AccountsTable;
  let admin: AccountAdmin;
  beforeAll(async () => {
    table = await AccountsTable.on(target);
    admin = new AccountAdmin(table.client, TABLE, () => NOW);
  });
  afterAll(() => table.close());

  const fresh = async (credits?: number): Promise<string> => {
    const accountId = `credits${Math.random().toString(36).slice(2)}`;
    await table.put(buildAccount({ accountId, credits }));
    return accountId;
  };

  test('are added to what the account holds', async () => {
    const id = await fresh(5);
    expect(await admin.addCredits(id, { id: 'invoice-1', units: 100 })).toEqual({
      added: true,
      credits: 105,
    });
    expect(await admin.findAccount(id)).toEqual(buildAccount({ accountId: id, credits: 105 }));
  });

  test('are added once for an id, whatever came between', async () => {
    const id = await fresh();
    for (const grant of ['a', 'b', 'a', 'c', 'b', 'a', 'c']) {
      await admin.addCredits(id, { id: grant, units: 10 });
    }
    expect(await admin.addCredits(id, { id: 'a', units: 10 })).toEqual({ added: false, credits: 30 });
  });

  test('are not added when the id names another number of units', async () => {
    const id = await fresh();
    await admin.addCredits(id, { id: 'a', units: 10 });
    const again = admin.addCredits(id, { id: 'a', units: 11 });
    await expect(again).rejects.toMatchObject({
      code: 'credit_differs',
      message: expect.stringContaining('10'),
    });
    expect((await admin.findAccount(id))?.credits).toBe(10);
  });

  test('of nobody are a conflict', async () => {
    const added = admin.addCredits('nobody', { id: 'a', units: 10 });
    await expect(added).rejects.toMatchObject({ code: 'no_such_account' });
  });

  test('go when the account is erased', async () => {
    const id = await fresh();
    await admin.addCredits(id, { id: 'a', units: 10 });
    await admin.erase(id);
    await table.put(buildAccount({ accountId: id }));
    expect(await admin.addCredits(id, { id: 'a', units: 10 })).toEqual({ added: true, credits: 10 });
  });

  test('are exact, whoever else adds some, and wherever somebody stops and starts again', async () => {
    const event = fc.record({
      fate: fc.oneof(
        { weight: 8, arbitrary: fc.constant<Fate>('answered') },
        { weight: 1, arbitrary: fc.constantFrom<Fate>('lost', 'failed', 'stopped') },
      ),
      delay: fc.nat(6),
    });
    const worker = fc.record({
      grants: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
      events: fc.array(event, { minLength: 10, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(worker, { minLength: 1, maxLength: 3 }), async (workers) => {
        const accountId = await fresh();
        await Promise.all(
          workers.map(async ({ grants, events }) => {
            const client = unreliable(table.client, events[Symbol.iterator]()) as DynamoDbClient;
            const mine = new AccountAdmin(client, TABLE, () => NOW);
            for (const grant of grants) {
              for (let done = false; !done;) {
                done = await mine.addCredits(accountId, { id: `id-${grant}`, units: 10 ** grant }).then(
                  () => true,
                  (error: unknown) => {
                    if (error instanceof Stopped || error instanceof StoreFault) return false;
                    throw error;
                  },
                );
              }
            }
          }),
        );
        const ids = new Set(workers.flatMap(({ grants }) => grants));
        const expected = [...ids].reduce((sum, grant) => sum + 10 ** grant, 0);
        expect((await admin.findAccount(accountId))?.credits).toBe(expected);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
