import { DynamoDbBillingTable } from '../../lambda/billing';
import { eraseAccount } from '../../lambda/store/erase-account';
import { erasedMark } from '../../lambda/store/erased-mark';
import { DAY } from '../billing/support/clock';
import { SETTINGS } from '../billing-webhook/support/endpoint';
import { Counter, type Reply } from './support/counter';
import type { Paid } from './support/stripe-shop';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());
beforeEach(() => counter.reset());

const sessionOf = (reply: Reply) => counter.shop.sessionAt(reply.headers.Location);

async function sold(): Promise<Paid & { readonly account: string }> {
  const session = sessionOf(await counter.buy('pro'));
  return { ...counter.shop.pay(session.id), account: session.metadata.paywall_account! };
}

async function erase(account: string): Promise<void> {
  expect(await counter.endpoint.accounts.erase(account)).toBeGreaterThan(0);
}

async function expectGone(account: string): Promise<void> {
  expect(await counter.account(account)).toBeUndefined();
  expect(await counter.endpoint.accounts.listKeys(account)).toEqual([]);
}

describe('an account that was sold and has been erased is not brought back by', () => {
  test.each<[string, (paid: Paid) => Promise<unknown>]>([
    ['its claim, used before', ({ returnTo }) => counter.claim(returnTo)],
    ['its claim, used by nobody', ({ events }) => counter.deliver(events)],
  ])('%s', async (_case, before) => {
    const paid = await sold();
    await before(paid);
    await erase(paid.account);
    counter.shop.server.asked.length = 0;
    for (const later of [0, DAY, 28 * DAY]) {
      counter.now += later;
      const reply = await counter.claim(paid.returnTo);
      expect(reply).toMatchObject({ status: 410, json: { title: 'Account erased' } });
    }
    expect(counter.shop.server.asked).toEqual([]);
    await expectGone(paid.account);
  });

  test('the event of its checkout, sent again: a conflict for a person to look at', async () => {
    const { account, events } = await sold();
    await counter.deliver(events);
    await erase(account);
    const checkout = events.find(({ type }) => type === 'checkout.session.completed')!;
    const { status, body } = await counter.endpoint.stripe(checkout);
    expect({ status, outcome: body.outcome }).toEqual({ status: 200, outcome: 'conflict' });
    expect(counter.endpoint.lines.at(-1)).toMatchObject({ outcome: 'conflict', cause: 'erased_account' });
    await expectGone(account);
  });

  test('its claim and its event at once, while it is being erased', async () => {
    const { account, returnTo, events } = await sold();
    await counter.deliver(events.slice(0, 1));
    const { endpoint } = counter;
    await Promise.all([
      counter.claim(returnTo),
      endpoint.accounts.erase(account),
      ...events.map((event) => endpoint.stripe(event)),
    ]);
    // What overtook the first attempt is found by the second, as after a crash; nothing comes after it.
    await endpoint.accounts.erase(account);
    expect((await counter.claim(returnTo)).status).toBe(410);
    await expectGone(account);
  });

  test('its opening, when it is erased at that very moment', async () => {
    const { client } = counter.endpoint;
    const meanwhile = {
      async send<T>(operation: string, input: object): Promise<T> {
        const answer = await client.send<T>(operation, input);
        // Between the opening and the look for the mark, and after the look of the one that erases.
        if (operation === 'PutItem')
          await client.send('PutItem', {
            TableName: SETTINGS.tableName,
            Item: erasedMark('opening', counter.now),
          });
        return answer;
      },
    };
    const table = new DynamoDbBillingTable(meanwhile, SETTINGS.tableName, () => counter.now);
    expect(await table.openAccount('opening', 0)).toBe(false);
    await expectGone('opening');
  });

  test('its claim after the seller has made an account of that name', async () => {
    const { account, returnTo } = await sold();
    await counter.claim(returnTo);
    await erase(account);
    await counter.endpoint.createAccount(account);
    expect((await counter.claim(returnTo)).status).toBe(410);
    expect((await counter.account(account))!.keys).toEqual({});
  });
});

describe('an account that may be opened by whoever its token names', () => {
  const account = 'member';

  test('is not brought back by a link from before it was erased, and is by one from after', async () => {
    const t = counter.link(account);
    await counter.pay({ t, plan: 'basic' });
    counter.now += 1_000;
    await erase(account);
    const reply = await counter.pay({ t, plan: 'pro' });
    expect(reply).toMatchObject({ status: 410, json: { title: 'Account erased' } });
    await expectGone(account);
    // Made in another window of five minutes than the one in which it was erased.
    counter.now += 301_000;
    expect((await counter.pay({ t: counter.link(account), plan: 'pro' })).status).toBe(303);
  });

  test('is opened at once by a request with its token', async () => {
    await counter.endpoint.createAccount('returns');
    await erase('returns');
    counter.now += 1;
    expect((await counter.post('checkout', 'returns', { plan: 'pro' })).status).toBe(201);
  });
});

describe('what is left of an erased account', () => {
  test('is a mark that says nothing else', async () => {
    const { account, returnTo } = await sold();
    await counter.claim(returnTo);
    await erase(account);
    const { client } = counter.endpoint;
    const { Items } = await client.send<{ Items: object[] }>('Query', {
      TableName: SETTINGS.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `ACCOUNT#${account}` } },
    });
    expect(Items).toEqual([
      { pk: { S: `ACCOUNT#${account}` }, sk: { S: 'ERASED' }, erasedAt: { N: String(counter.now) } },
    ]);
  });

  test('is nothing, where there was no account: a name that was mistyped stays free', async () => {
    const { client } = counter.endpoint;
    expect(await eraseAccount(client, SETTINGS.tableName, 'mistyped', counter.now)).toBe(0);
    const { Items } = await client.send<{ Items: object[] }>('Query', {
      TableName: SETTINGS.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'ACCOUNT#mistyped' } },
    });
    expect(Items).toEqual([]);
  });
});
