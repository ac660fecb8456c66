import { PATIENCE } from '../../lambda/checkout/deadline';
import { BadLine, type Trouble } from './support/bad-line';
import { Counter, type Reply } from './support/counter';

/** As in life, in a fiftieth of the time. */
const patience = { stripeMs: PATIENCE.stripeMs / 50, answerMs: PATIENCE.answerMs / 5 };

let counter: Counter;
let line: BadLine;
beforeAll(async () => {
  counter = await Counter.open();
  line = await BadLine.open(counter.shop.server.endpoint);
});
afterAll(async () => {
  await line.close();
  await counter.close();
});

let account = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  account = `buyer${number}`;
  line.mend();
  counter.reset();
  counter.restart({}, undefined, { stripe: line.endpoint, patience });
  counter.shop.sessions.clear();
  await counter.endpoint.createAccount(account);
});

const sessions = () => [...counter.shop.sessions.values()];
const later: Record<string, string> = { 'Retry-After': '5', 'Cache-Control': 'no-store' };

const TROUBLES: readonly [string, Trouble, { arrives: boolean }][] = [
  ['never hears of it', 'silence', { arrives: false }],
  ['does it and never answers', 'silence', { arrives: true }],
  ['hangs up', 'hang-up', { arrives: false }],
  ['does it and hangs up', 'hang-up', { arrives: true }],
  ['does it and hangs up in the middle of its answer', 'half an answer', { arrives: true }],
  ['does it and answers without end', 'drip', { arrives: true }],
  ['answers 500', { status: 500 }, { arrives: false }],
  ['answers 503', { status: 503 }, { arrives: false }],
  ['answers 429', { status: 429 }, { arrives: false }],
];

/** Ways to Checkout of an account that is known. */
const buyer: Readonly<Record<string, () => Promise<Reply>>> = {
  'POST checkout': () => counter.post('checkout', account, { plan: 'pro' }),
  'GET pay': () => counter.pay({ t: counter.link(account), plan: 'pro' }),
};

describe.each(Object.keys(buyer))('%s, when Stripe', (way) => {
  test.each(TROUBLES)('%s: 503, and the retry makes no second session', async (_name, trouble, how) => {
    line.breaks(trouble, how);
    expect(await buyer[way]!()).toMatchObject({ status: 503, headers: later });
    expect(counter.lines.at(-1)).toMatchObject({ outcome: 'fault', status: 503, Fault: 1 });
    // Another environment takes the retry, with nothing in memory.
    line.mend();
    counter.restart({}, undefined, { stripe: line.endpoint, patience });
    const reply = await buyer[way]!();
    const url = way === 'GET pay' ? reply.headers.Location : reply.json.url;
    expect(sessions()).toEqual([counter.shop.sessionAt(url)]);

    const { events } = counter.shop.pay(counter.shop.sessionAt(url).id);
    await counter.deliver(events);
    expect(await counter.account(account)).toMatchObject({ plan: 'pro' });
  });
});

test.each(TROUBLES)('who buys without an account, when Stripe %s: 503, and no account', async (...row) => {
  const [, trouble, how] = row;
  line.breaks(trouble, how);
  expect(await counter.buy('pro')).toMatchObject({ status: 503, headers: later });
  line.mend();
  expect((await counter.buy('pro')).status).toBe(303);
  // Nobody has the address of a session whose answer was lost, and each opens its account when it is paid.
  for (const { metadata } of sessions()) {
    expect(await counter.account(metadata.paywall_account!)).toBeUndefined();
  }
});

test.each(TROUBLES)('the portal, when Stripe %s: 503, then it opens', async (_name, trouble, how) => {
  const { json } = await counter.post('checkout', account, { plan: 'pro' });
  await counter.deliver(counter.shop.pay(counter.shop.sessionAt(json.url).id).events);
  line.breaks(trouble, how);
  expect(await counter.post('portal', account)).toMatchObject({ status: 503, headers: later });
  line.mend();
  expect((await counter.post('portal', account)).status).toBe(201);
});

describe.each([0, 1, 2])('a claim whose call to Stripe after %d others fails', (after) => {
  test.each(TROUBLES)('%s: 503 without a key, which is shown by the retry', async (_name, trouble, how) => {
    const led = await counter.buy('pro');
    const { returnTo } = counter.shop.pay(counter.shop.sessionAt(led.headers.Location).id);
    line.breaks(trouble, { ...how, after });
    const refused = await counter.claim(returnTo);
    expect(refused).toMatchObject({ status: 503, headers: later });
    expect(refused.text).not.toContain('pw_test_');
    line.mend();
    expect((await counter.claim(returnTo)).json.key).toMatch(/^pw_test_/);
  });
});
