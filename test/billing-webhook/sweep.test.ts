import { IndexedOutboxes, sweep } from '../../lambda/billing-sweeper/sweep';
import type { AccountEvent, BillingTable } from '../../lambda/billing/billing-table';
import { AccountBilling } from '../../lambda/billing/account-billing';
import { Billing } from '../../lambda/billing/billing';
import { START } from '../billing/support/clock';
import { messageOf, newAccount } from '../billing/support/desk';
import { MemoryBillingTable } from '../billing/support/memory-billing-table';
import { StripeModel } from '../billing/support/stripe-model';
import { TERMS } from '../billing/support/terms';

const ACCOUNTS = ['first', 'second'];
let table: MemoryBillingTable;
const lines: string[] = [];

/** Two accounts that were paid for while the bus was away. */
beforeEach(async () => {
  table = new MemoryBillingTable();
  lines.length = 0;
  const billing = new Billing({
    table,
    accounts: new AccountBilling(table, TERMS, () => START),
    bus: { publish: () => Promise.reject(new Error('away')) },
  });
  for (const accountId of ACCOUNTS) {
    table.contents.accounts[accountId] = newAccount({ accountId });
    const { events } = new StripeModel(`cus_${accountId}`)
      .checkout(accountId)
      .subscribe({ price: 'price_pro' });
    for (const event of events) await billing.receive(messageOf(event)!);
  }
});

async function* listed(accounts: readonly string[]): AsyncIterable<string> {
  yield* accounts;
}

const run = (publish: (events: readonly AccountEvent[]) => Promise<void>, accounts = ACCOUNTS) =>
  sweep({
    outboxes: { list: () => listed(accounts) },
    table: table as BillingTable,
    accounts: new AccountBilling(table, TERMS, () => START),
    bus: { publish },
    clock: () => START,
    log: (line) => lines.push(line),
  });

test('publishes what was left, in order, and leaves nothing', async () => {
  const published: AccountEvent[] = [];
  const count = await run(async (events) => void published.push(...events));
  expect(count).toBeGreaterThan(0);
  expect(published).toHaveLength(count);
  for (const account of ACCOUNTS) {
    const sequences = published.filter((event) => event.account === account).map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(table.contents.billing[account]!.outbox).toEqual([]);
  }
});

test('one account that fails does not stop the others, and the run fails', async () => {
  const failing = run(async ([event]) => {
    if (event!.account === 'first') throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('1 accounts');
  expect(table.contents.billing.first!.outbox).not.toEqual([]);
  expect(table.contents.billing.second!.outbox).toEqual([]);
  expect(lines.join()).toContain('refused');
});

test('an index that lags names accounts that have nothing left, or are gone', async () => {
  await expect(run(() => Promise.reject(new Error('not called')), ['nobody'])).resolves.toBe(0);
});

test('reads the index to its end', async () => {
  const pages = [
    { Items: [{ pk: { S: 'ACCOUNT#a' } }], LastEvaluatedKey: { pk: { S: 'ACCOUNT#a' } } },
    { Items: [{ pk: { S: 'ACCOUNT#b' } }] },
  ];
  const asked: object[] = [];
  const client = {
    send: async <T>(_operation: string, input: object) => {
      asked.push(input);
      return pages[asked.length - 1] as T;
    },
  };
  const found: string[] = [];
  for await (const account of new IndexedOutboxes(client, 'accounts', 'OutboxPending').list()) {
    found.push(account);
  }
  expect(found).toEqual(['a', 'b']);
  expect(asked[1]).toMatchObject({
    IndexName: 'OutboxPending',
    ExclusiveStartKey: { pk: { S: 'ACCOUNT#a' } },
  });
});
