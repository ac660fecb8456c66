import { signClaimLink } from '../../lib/domain/claim-link';
import { fingerprintOf, parseKey } from '../../lib/domain/key';
import { DAY } from '../billing/support/clock';
import { LINK_SECRET } from '../billing/support/stripe-model';
import { CATALOGUE } from '../billing-webhook/support/endpoint';
import { API_KEY, BROWSER, Counter, type Reply } from './support/counter';
import type { Paid } from './support/stripe-shop';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());
beforeEach(() => counter.reset());

const right = (account: string, secret: string): string =>
  signClaimLink({ account, expiresAt: counter.now + DAY }, secret);
const sessionOf = (reply: Reply) => counter.shop.sessionAt(reply.headers.Location);

/** Somebody without an account pays; nothing has been delivered, and the browser is on its way back. */
async function sold(plan = 'pro'): Promise<Paid & { readonly account: string; readonly session: string }> {
  const session = sessionOf(await counter.buy(plan));
  const paid = counter.shop.pay(session.id);
  return { ...paid, account: session.metadata.paywall_account!, session: session.id };
}

async function expectAccess(account: string, key: string): Promise<void> {
  const stored = (await counter.account(account))!;
  expect(stored.plan).toBe('pro');
  expect(stored.accessUntil).toBeGreaterThan(counter.now);
  expect(Object.keys(stored.keys)).toEqual([fingerprintOf(key)]);
  expect(parseKey(key)).toEqual({ prefix: CATALOGUE.keyPrefix, accountId: account });
}

describe('a purchase without an account', () => {
  test('leads to Checkout for an account that nobody can guess, and back to its claim', async () => {
    const [one, other] = [sessionOf(await counter.buy('pro')), sessionOf(await counter.buy('pro'))];
    expect(one.metadata.paywall_account).toMatch(/^[a-z0-9]{24}$/);
    expect(other.metadata.paywall_account).not.toBe(one.metadata.paywall_account);
    expect(one.success_url).toMatch(
      /^https:\/\/api\.example\/prod\/billing\/claim\?session=\{CHECKOUT_SESSION_ID\}&t=1\.[\w-]+\.[\w-]+$/,
    );
    expect(await counter.account(one.metadata.paywall_account!)).toBeUndefined();
  });

  const offers = (...plans: string[]) => ({
    plans: plans.map((plan) => ({ plan, method: 'POST', url: `https://api.example/prod/pay?plan=${plan}` })),
  });

  test('begins with a choice where there is one', async () => {
    counter.shop.server.asked.length = 0;
    expect((await counter.pay({})).json).toEqual(offers('basic', 'pro'));
    expect(await counter.buy()).toMatchObject({ status: 200, json: offers('basic', 'pro') });
    expect(counter.shop.server.asked).toEqual([]);
  });

  test('is not made by whoever follows a link, such as a crawler or a preview: it takes a button', async () => {
    counter.shop.server.asked.length = 0;
    const program = await counter.pay({ plan: 'pro' });
    expect(program).toMatchObject({ status: 200, json: offers('pro') });
    const person = await counter.pay({ plan: 'pro' }, { headers: BROWSER });
    expect(person.status).toBe(200);
    expect(person.text).toContain('<form method="post" action="https://api.example/prod/pay?plan=pro">');
    expect(person.text).not.toContain('<a ');
    for (const { headers } of [program, person]) {
      expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    }
    expect(counter.shop.server.asked).toEqual([]);
    // The button leads on.
    const led = await counter.buy('pro', { headers: BROWSER });
    expect(led.status).toBe(303);
    expect(sessionOf(led).price).toBe('price_pro');
  });

  test('of a plan that is not on sale says what is', async () => {
    for (const reply of [await counter.pay({ plan: 'free' }), await counter.buy('free')]) {
      expect(reply).toMatchObject({ status: 400, json: { detail: 'plan must be one of basic, pro' } });
    }
  });

  test('gets the trial of the plan, which costs nothing at first', async () => {
    const plans = CATALOGUE.plans.map((plan) => (plan.id === 'pro' ? { ...plan, trialDays: 14 } : plan));
    counter.restart({}, { ...CATALOGUE, plans });
    const { account, returnTo } = await sold();
    const { json } = await counter.claim(returnTo);
    expect(json).toMatchObject({ account });
    expect((await counter.account(account))!.accessUntil).toBeGreaterThan(counter.now + 13 * DAY);
  });
});

describe('the claim', () => {
  test.each<[string, (paid: Paid) => Promise<void>, (paid: Paid) => Promise<void>]>([
    ['before any event', async () => undefined, ({ events }) => counter.deliver(events)],
    ['after every event', ({ events }) => counter.deliver(events), async () => undefined],
    [
      'between events',
      ({ events }) => counter.deliver(events.slice(0, 1)),
      ({ events }) => counter.deliver(events),
    ],
    ['without events', async () => undefined, async () => undefined],
  ])('%s: shows account and key, and the next request is paid for', async (_case, before, after) => {
    const paid = await sold();
    await before(paid);
    const { status, json, headers } = await counter.claim(paid.returnTo);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    expect(json).toEqual({ account: paid.account, key: expect.any(String) });
    await expectAccess(paid.account, json.key);
    const stored = await counter.account(paid.account);
    await after(paid);
    expect({ ...(await counter.account(paid.account)), billingRev: 0 }).toEqual({ ...stored, billingRev: 0 });
  });

  test('a second time: 410 that says what to do, and no other key', async () => {
    const { returnTo, account } = await sold();
    const { json } = await counter.claim(returnTo);
    const again = await counter.claim(returnTo);
    expect(again).toMatchObject({ status: 410, json: { detail: expect.stringContaining('ask the seller') } });
    expect((await counter.browse(returnTo)).status).toBe(410);
    await expectAccess(account, json.key);
    expect(await counter.endpoint.accounts.listKeys(account)).toHaveLength(1);
  });

  test('by several at once: one of them sees the key', async () => {
    const { returnTo, account } = await sold();
    const replies = await Promise.all([1, 2, 3, 4].map(() => counter.claim(returnTo)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
    await expectAccess(account, replies.find(({ status }) => status === 200)!.json.key);
  });

  test('after the key was ended: still once', async () => {
    const { returnTo, account } = await sold();
    const { json } = await counter.claim(returnTo);
    await counter.endpoint.accounts.revokeKey(account, fingerprintOf(json.key));
    expect((await counter.claim(returnTo)).status).toBe(410);
  });

  test('is not burnt by a browser that fetches ahead, nor by a look', async () => {
    const { returnTo } = await sold();
    const ahead = { headers: { ...BROWSER, 'Sec-Purpose': 'prefetch' } };
    expect((await counter.claim(returnTo, ahead)).status).toBe(503);
    expect((await counter.claim(returnTo, { method: 'HEAD' })).status).toBe(503);
    expect((await counter.claim(returnTo)).status).toBe(200);
  });

  test('is a page for browsers, which nobody may keep or frame', async () => {
    const { returnTo, account } = await sold();
    const { status, text, headers } = await counter.browse(returnTo);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(text).toContain(account);
    const key = /<code>(pw_test_[^<]+)<\/code>/.exec(text)![1]!;
    await expectAccess(account, key);
  });

  test('gives the key the scopes that the seller wants', async () => {
    counter.restart({ firstKeyScopes: ['billing', 'keys:manage'] });
    const { returnTo, account } = await sold();
    const { json } = await counter.claim(returnTo);
    expect((await counter.account(account))!.keys[fingerprintOf(json.key)]!.scopes).toEqual([
      'billing',
      'keys:manage',
    ]);
  });

  test('leaves neither key nor token in the log', async () => {
    const { returnTo, account } = await sold();
    const { json } = await counter.claim(returnTo);
    expect(counter.lines.at(-1)).toMatchObject({ outcome: 'claimed', account, status: 200, Claimed: 1 });
    const log = JSON.stringify(counter.lines);
    for (const secret of [json.key, fingerprintOf(json.key), returnTo.searchParams.get('t')!, API_KEY]) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('the address of the claim', () => {
  test('is good for 30 days: the page is open for one, a direct debit takes three weeks', async () => {
    const { returnTo, account } = await sold();
    counter.now += 30 * DAY - 1;
    expect(await counter.claim(returnTo)).toMatchObject({ status: 200, json: { account } });
  });

  test('is worth nothing afterwards, and says what to do; the account that was paid for stays', async () => {
    const { returnTo, account, events } = await sold();
    await counter.deliver(events);
    counter.now += 30 * DAY;
    counter.shop.server.asked.length = 0;
    const detail = expect.stringContaining(`ask the seller for a key of the account ${account}`);
    expect(await counter.claim(returnTo)).toMatchObject({ status: 410, json: { detail } });
    expect(counter.shop.server.asked).toEqual([]);
    expect((await counter.account(account))!.keys).toEqual({});
  });

  test('cannot be made to last longer', async () => {
    const { returnTo } = await sold();
    const [version, payload, mac] = returnTo.searchParams.get('t')!.split('.');
    const [account, expiry] = Buffer.from(payload!, 'base64url').toString().split(' ');
    const longer = `${account} ${(Number.parseInt(expiry!, 36) + DAY).toString(36)}`;
    returnTo.searchParams.set('t', [version, Buffer.from(longer).toString('base64url'), mac].join('.'));
    expect((await counter.claim(returnTo)).status).toBe(400);
  });
});

describe('is not given', () => {
  test.each<[string, number, (paid: Paid & { session: string }) => void]>([
    ['while the page is open', 409, ({ session }) => counter.shop.change(session, { status: 'open' })],
    [
      'while the money is under way',
      409,
      ({ session }) => counter.shop.change(session, { payment_status: 'unpaid' }),
    ],
    ['when the page has expired', 410, ({ session }) => counter.shop.change(session, { status: 'expired' })],
    [
      'for real money in the test mode',
      400,
      ({ session }) => counter.shop.change(session, { livemode: true }),
    ],
    [
      'when Stripe does not know the session',
      400,
      ({ session }) => void counter.shop.sessions.delete(session),
    ],
    ['when Stripe is away', 503, () => void (counter.shop.server.refuse = () => 500)],
    ['when Stripe refuses the key', 500, () => void (counter.shop.server.refuse = () => 401)],
    [
      'when the database is asked in vain for its secrets',
      503,
      () => {
        counter.restart();
        counter.endpoint.services.down.add('secretsmanager');
      },
    ],
  ])('%s: %d, and the claim stays', async (_case, status, spoil) => {
    const paid = await sold();
    const before = counter.shop.sessions.get(paid.session)!;
    spoil(paid);
    const refused = await counter.claim(paid.returnTo);
    expect(refused.status).toBe(status);
    expect(refused.text).not.toContain('pw_test_');
    counter.shop.sessions.set(paid.session, before);
    counter.shop.server.refuse = () => undefined;
    counter.endpoint.services.down.clear();
    expect((await counter.claim(paid.returnTo)).status).toBe(200);
  });

  test('to those who know the session but not the way back: who made it may let somebody else pay', async () => {
    const { session } = await sold();
    counter.shop.server.asked.length = 0;
    const at = (t?: string) =>
      counter.claim(
        new URL(`https://api.example/prod/billing/claim?session=${session}${t ? `&t=${t}` : ''}`),
      );
    expect((await at()).status).toBe(400);
    expect((await at('1.YWNtZQ.forged')).status).toBe(400);
    expect((await at(right('acme', 'another secret of somebody else, long enough'))).status).toBe(400);
    expect(counter.shop.server.asked).toEqual([]);
    // A claim of another purchase of one's own.
    expect((await at(right('mine', LINK_SECRET))).status).toBe(400);
  });

  test('for what an account buys that is there: a key could mint others that way', async () => {
    await counter.endpoint.createAccount('present');
    const { id } = sessionOf(await counter.pay({ t: counter.link('present'), plan: 'pro' }));
    counter.shop.pay(id);
    const url = new URL('https://api.example/prod/billing/claim');
    url.searchParams.set('session', id);
    url.searchParams.set('t', right('present', LINK_SECRET));
    expect((await counter.claim(url)).status).toBe(400);
    expect((await counter.account('present'))!.keys).toEqual({});
  });

  test.each(['cs_live_', 'sub_1', '../v1/customers', 'cs_test_a b', ''])(
    'for a session called %s',
    async (session) => {
      counter.shop.server.asked.length = 0;
      const url = new URL('https://api.example/prod/billing/claim');
      url.searchParams.set('session', session);
      url.searchParams.set('t', right('acme', LINK_SECRET));
      expect((await counter.claim(url)).status).toBe(400);
      expect(counter.shop.server.asked).toEqual([]);
    },
  );
});
