import fc from 'fast-check';
import { ScannedAccounts } from '../../lambda/billing-reconciler/billed-accounts';
import { isLoss } from '../../lambda/billing-reconciler/finding';
import { DynamoDbBillingTable } from '../../lambda/billing/dynamodb-billing-table';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import {
  createAccountsTable,
  CREDENTIALS,
  dynamoDbTargets,
  REGION,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';
import { DAY, HOUR, START } from '../billing/support/clock';
import { ACCOUNT, buildDesk, messageOf, newAccount } from '../billing/support/desk';
import { MemoryBillingTable } from '../billing/support/memory-billing-table';
import { SCENARIOS } from '../billing/support/scenarios';
import { StripeModel } from '../billing/support/stripe-model';
import { StripeServer } from '../billing/support/stripe-server';
import { buildPorts, run } from './support/world';

let stripe: StripeServer;
beforeAll(async () => void (stripe = await StripeServer.start()));
afterAll(() => stripe.stop());

/** Stripe keeps events for 30 days: what the walk over events finds must be younger than that when it is run. */
const KEPT = 30 * DAY;

describe.each(SCENARIOS)('$name', ({ run: play, expected }) => {
  const model = play(new StripeModel().checkout(ACCOUNT));
  const messages = model.events.map((event) => messageOf(event)!);
  const later = model.now + HOUR;
  const kept = model.events.map(({ type, created }) => created * 1000 > later - KEPT || seen(type));

  test('whichever events were lost, a reconciliation ends in what the provider says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: messages.length, maxLength: messages.length }),
        async (lost) => {
          const table = new MemoryBillingTable();
          table.contents.accounts[ACCOUNT] = newAccount();
          const { billing } = buildDesk(table);
          for (const [index, message] of messages.entries()) {
            if (!lost[index] || !kept[index]) await billing.receive(message);
          }
          Object.assign(stripe, { models: [model], now: later, pageSize: 1 });
          const summary = await run(buildPorts({ table, billedAccounts: accountsOf(table), stripe }));
          expect(summary).toMatchObject({ done: true, failed: 0 });
          expect(table.contents.accounts[ACCOUNT]).toMatchObject(expected);
          expect(table.contents.parked).toEqual({});

          const again = await run(buildPorts({ table, billedAccounts: accountsOf(table), stripe }));
          expect(again.repaired).toEqual([]);
        },
      ),
      { numRuns: 12, examples: [[messages.map(() => true)], [messages.map(() => false)]] },
    );
  });

  test('nothing lost: nothing to repair', async () => {
    const table = new MemoryBillingTable();
    table.contents.accounts[ACCOUNT] = newAccount();
    for (const message of messages) await buildDesk(table).billing.receive(message);
    Object.assign(stripe, { models: [model], now: later, pageSize: 100 });
    const summary = await run(buildPorts({ table, billedAccounts: accountsOf(table), stripe }));
    expect(summary.repaired.filter(({ cause }) => isLoss(cause))).toEqual([]);
  });
});

/** Whether the walks over subscriptions find by themselves what such an event tells. */
function seen(type: string): boolean {
  return type.startsWith('invoice.') || /^customer.subscription.(created|updated)/.test(type);
}

function accountsOf(table: MemoryBillingTable) {
  return {
    async *list(after = '') {
      yield* Object.keys(table.contents.billing)
        .sort()
        .filter((account) => account > after);
    },
  };
}

describe.each(dynamoDbTargets)('many accounts on $name', ({ start }) => {
  const TABLE = 'accounts';
  let db: RunningDynamoDb;
  let client: DynamoDbClient;

  beforeAll(async () => {
    db = await start();
    await createAccountsTable(db.endpoint, TABLE);
    client = new DynamoDbClient({
      region: REGION,
      endpoint: db.endpoint,
      credentials: () => CREDENTIALS,
      timeoutMs: 20_000,
    });
  });
  afterAll(async () => {
    client.close();
    await db.stop();
  });

  test('each scenario, with every third event lost: all are repaired in one pass', async () => {
    const table = new DynamoDbBillingTable(client, TABLE, () => START);
    const worlds = SCENARIOS.map(({ run: play, expected }, index) => {
      const account = `acme${index}`;
      const model = play(new StripeModel(`cus_${account}`).checkout(account));
      return { account, model, expected };
    });
    const later = Math.max(...worlds.map(({ model }) => model.now)) + HOUR;
    for (const { account, model } of worlds) {
      const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
      await new AccountAdmin(client, TABLE).createAccount({ accountId: account, access });
      const { billing } = buildDesk(table);
      for (const [index, event] of model.events.entries()) {
        const old = !seen(event.type) && event.created * 1000 <= later - KEPT;
        if (index % 3 !== 1 || old) await billing.receive(messageOf(event, model.customer)!);
      }
    }
    Object.assign(stripe, { models: worlds.map(({ model }) => model), now: later, pageSize: 7 });
    const billedAccounts = new ScannedAccounts(client, TABLE);
    const summary = await run(buildPorts({ table, billedAccounts, stripe }));
    expect(summary).toMatchObject({ done: true, failed: 0 });
    expect(summary.repaired.length).toBeGreaterThan(10);
    for (const { account, expected } of worlds) {
      expect({ account, ...(await table.readAccount(account)) }).toMatchObject({ account, ...expected });
    }
  });
});
