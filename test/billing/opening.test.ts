import { linkMetadata, linkedAccount, opensAccount } from '../../lambda/billing/stripe/link-claim';
import { buildDesk, messageOf, outcome } from './support/desk';
import { MemoryBillingTable } from './support/memory-billing-table';
import { LINK_SECRET, StripeModel } from './support/stripe-model';

const SOLD = 'sold1';

function* orders<T>(all: readonly T[]): Generator<readonly T[]> {
  if (all.length < 2) yield all;
  else
    for (const [index, first] of all.entries())
      for (const rest of orders(all.filter((_, other) => other !== index))) yield [first, ...rest];
}

describe('a session that was sold to someone without an account', () => {
  const { events } = new StripeModel()
    .checkout(SOLD, { opensAccount: true })
    .subscribe({ price: 'price_pro' });
  const messages = events.map((event) => messageOf(event)!);

  test('opens the account in every order of its events, and nothing stays parked', async () => {
    const outcomes = new Set<string>();
    for (const order of orders([...messages, messages[0]!])) {
      const table = new MemoryBillingTable();
      const { billing } = buildDesk(table);
      for (const message of order) await billing.receive(message);
      expect(table.contents.parked).toEqual({});
      expect(table.contents.conflicts).toEqual({});
      outcomes.add(JSON.stringify(outcome(table.contents.accounts[SOLD])));
    }
    expect([...outcomes]).toEqual([expect.stringContaining('"plan":"pro"')]);
  });

  test('does not open one that has been erased, whatever came before', async () => {
    const table = new MemoryBillingTable();
    table.contents.erased[SOLD] = 1;
    const { billing } = buildDesk(table);
    for (const message of [...messages.slice(1), messages[0]!]) await billing.receive(message);
    expect(table.contents).toMatchObject({ accounts: {}, links: {}, billing: {} });
    expect(Object.values(table.contents.conflicts)).toEqual(['erased_account']);
  });

  test('leaves an account that is there as it is', async () => {
    const table = new MemoryBillingTable();
    await table.openAccount(SOLD, 0);
    const before = { ...table.contents.accounts[SOLD]!, suspended: true };
    table.contents.accounts[SOLD] = before;
    const { billing } = buildDesk(table);
    await billing.receive(messages[0]!);
    expect(table.contents.accounts[SOLD]).toEqual(before);
  });
});

test('a session of an account that is there opens none', async () => {
  const table = new MemoryBillingTable();
  const { billing } = buildDesk(table);
  const [event] = new StripeModel().checkout('gone').events;
  expect(await billing.receive(messageOf(event!)!)).toEqual({
    kind: 'conflict',
    conflict: 'no_such_account',
    account: 'gone',
  });
  expect(table.contents.accounts).toEqual({});
});

test.each([
  ['of another account', { paywall_account: 'other' }],
  [
    'with the proof of the link in place of its own',
    { paywall_opens: linkMetadata('acme', LINK_SECRET).paywall_claim },
  ],
  ['without proof', { paywall_opens: undefined }],
])('metadata %s open no account', (_case, change) => {
  const metadata = { ...linkMetadata('acme', LINK_SECRET, { opensAccount: true }) };
  expect(opensAccount({ metadata }, [LINK_SECRET])).toBe(true);
  expect(linkedAccount({ metadata }, [LINK_SECRET])).toBe('acme');
  expect(opensAccount({ metadata: { ...metadata, ...change } }, [LINK_SECRET])).toBe(false);
  expect(opensAccount({ metadata }, ['another secret of the tests'])).toBe(false);
});
