import fc from 'fast-check';
import { DAY } from '../billing/support/clock';
import { Counter } from './support/counter';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());

let account = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  account = `owner${number}`;
  counter.reset();
  await counter.endpoint.createAccount(account);
});

async function subscribed() {
  const { json } = await counter.post('checkout', account, { plan: 'pro' });
  const paid = counter.shop.pay(counter.shop.sessionAt(json.url).id);
  await counter.deliver(paid.events);
  return paid;
}

describe('POST /billing/checkout', () => {
  test('answers with the address of a session for the account of the credential', async () => {
    const { status, json, headers } = await counter.post('checkout', account, { plan: 'pro' });
    expect(status).toBe(201);
    expect(headers['Cache-Control']).toBe('no-store');
    const { form } = counter.shop.sessionAt(json.url);
    expect(form).toMatchObject({
      'line_items[0][price]': 'price_pro',
      'metadata[paywall_account]': account,
      success_url: 'https://shop.example/thanks',
    });
  });

  test('takes another price of the plan, and pages of the seller', async () => {
    const { json } = await counter.post('checkout', account, {
      price: 'price_pro_yearly',
      successUrl: 'http://localhost:3000/done',
      cancelUrl: 'https://shop.example/back?x=1',
    });
    expect(counter.shop.sessionAt(json.url).form).toMatchObject({
      'line_items[0][price]': 'price_pro_yearly',
      success_url: 'http://localhost:3000/done',
      cancel_url: 'https://shop.example/back?x=1',
    });
  });

  test('shares the one open session with the link of the 402', async () => {
    const { json } = await counter.post('checkout', account, { plan: 'pro' });
    const { headers } = await counter.pay({ t: counter.link(account), plan: 'pro' });
    expect(headers.Location).toBe(json.url);
  });

  test('is refused to an account with a subscription', async () => {
    await subscribed();
    expect(await counter.post('checkout', account, { plan: 'pro' })).toMatchObject({
      status: 409,
      json: { title: 'Subscribed already' },
    });
  });

  test.each<[string, unknown, string]>([
    ['no plan where there are several', {}, 'plan must be one of basic, pro'],
    ['a plan that there is not', { plan: 'gold' }, 'plan must be one of basic, pro'],
    ['a plan that is not for sale', { plan: 'free' }, 'plan must be one of basic, pro'],
    ['a price of another plan', { plan: 'basic', price: 'price_pro' }, 'price must be one of price_basic'],
    ['a price of nobody', { price: 'price_evil' }, 'price must be one of'],
    ['an account of somebody else', { plan: 'pro', account: 'other' }, 'unknown members account'],
    ['a list', [], 'must be a JSON object'],
    ['something else than JSON', 'plan=pro', 'must be a JSON object'],
  ])('refuses %s', async (_case, body, detail) => {
    counter.shop.server.asked.length = 0;
    expect(await counter.post('checkout', account, body)).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining(detail) },
    });
    expect(counter.shop.server.asked).toEqual([]);
  });
});

describe('POST /billing/portal', () => {
  test('answers with the address of the whole portal', async () => {
    const { model } = await subscribed();
    const { status, json } = await counter.post('portal', account);
    expect(status).toBe(201);
    expect(json.url).toMatch(/^https:\/\/billing\.stripe\.test\//);
    expect(counter.shop.portals.at(-1)).toEqual({
      customer: model.customer,
      return_url: 'https://shop.example/account',
    });
  });

  test('is open to those whose subscription has ended: their invoices are there', async () => {
    const { model } = await subscribed();
    model.waitUntil(counter.now + DAY).end();
    await counter.deliver(model.events.slice(-1));
    expect((await counter.post('portal', account)).status).toBe(201);
  });

  test('takes a configuration and a page of the seller', async () => {
    await subscribed();
    counter.restart({ portalConfiguration: 'bpc_1' });
    await counter.post('portal', account, { returnUrl: 'https://shop.example/me' });
    expect(counter.shop.portals.at(-1)).toMatchObject({
      configuration: 'bpc_1',
      return_url: 'https://shop.example/me',
    });
  });

  test('of an account that never bought anything does not exist', async () => {
    expect((await counter.post('portal', account)).status).toBe(409);
  });
});

describe('addresses that a client gives', () => {
  const TRICKS = [
    ...[
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      'https:\\\\evil.example',
      'https:evil.example',
    ],
    ...[
      'https://shop.example@evil.example/',
      'https://shop.example.evil.example/',
      'https://evil.example\\@shop.example',
    ],
    ...[
      'https://shop.example\t.evil.example/',
      'https://shop.example\n',
      ' https://shop.example/',
      'http://shop.example/',
    ],
    ...[
      'javascript:alert(1)',
      'JaVaScRiPt://shop.example/%0aalert(1)',
      'data:text/html,x',
      'https://shop.example:444/',
    ],
    ...['', 'thanks', 'null', 'https://'],
  ];
  test.each(TRICKS)('%j is refused for each of them', async (url) => {
    await counter.post('checkout', account, { plan: 'pro' });
    counter.shop.server.asked.length = 0;
    for (const body of [{ successUrl: url }, { cancelUrl: url }]) {
      const reply = await counter.post('checkout', account, { plan: 'pro', ...body });
      expect(reply).toMatchObject({
        status: 400,
        json: { detail: expect.stringContaining('https://shop.example') },
      });
    }
    expect((await counter.post('portal', account, { returnUrl: url })).status).toBe(400);
    expect(counter.shop.server.asked).toEqual([]);
  });

  test.each([[null], [1], [{}], [['https://shop.example/']]])('%j is not an address', async (url) => {
    expect((await counter.post('portal', account, { returnUrl: url })).status).toBe(400);
  });

  test('whatever is asked, Stripe is told of pages of the seller only', async () => {
    const texts = fc.oneof(fc.webUrl(), fc.string(), fc.constantFrom(...TRICKS, 'https://shop.example/x'));
    await fc.assert(
      fc.asyncProperty(texts, texts, async (successUrl, cancelUrl) => {
        const { status, json } = await counter.post('checkout', account, {
          plan: 'pro',
          successUrl,
          cancelUrl,
        });
        if (status !== 201) return;
        const { form } = counter.shop.sessionAt(json.url);
        for (const url of [form.success_url, form.cancel_url]) {
          expect(['https://shop.example', 'http://localhost:3000']).toContain(new URL(url!).origin);
        }
      }),
      { numRuns: 50 },
    );
  });
});

test('without an authorizer before it, nothing is opened', async () => {
  expect((await counter.post('portal', '')).status).toBe(503);
  expect(counter.lines.at(-1)).toMatchObject({ level: 'ERROR', outcome: 'fault' });
});
