import { BillingShop } from '../helpers/billing-shop';
import { get } from '../helpers/get';

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open()));
afterAll(() => shop?.close());

test('a purchase, its claim, and the key that is shown opens the API at once', async () => {
  const led = await get(`${shop.url}pay?plan=pro`, undefined, { method: 'POST' });
  expect(led.status).toBe(303);
  const { events, returnTo } = shop.pay(led);
  expect(returnTo.href.startsWith(`${shop.url}billing/claim?session=cs_test_`)).toBe(true);

  const ahead = await get(returnTo.href, undefined, { headers: { 'Sec-Purpose': 'prefetch' } });
  expect(ahead.status).toBe(503);
  const claimed = await get(returnTo.href);
  expect(claimed.status).toBe(200);
  const { account, key } = claimed.json as { account: string; key: string };
  expect(key).toContain(`_${account}_`);
  expect((await get(`${shop.url}reports`, key)).status).toBe(200);

  expect((await get(returnTo.href)).status).toBe(410);
  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  expect((await get(`${shop.url}reports`, key)).status).toBe(200);
});

test('a purchase whose webhook comes first, claimed in a browser', async () => {
  const { events, returnTo } = shop.pay(await get(`${shop.url}pay?plan=pro`, undefined, { method: 'POST' }));
  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  const page = await get(returnTo.href, undefined, { headers: { Accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  const key = /<code>(pw_[^<]+)<\/code>/.exec(page.text)![1]!;
  expect((await get(`${shop.url}reports`, key)).status).toBe(200);
  // The key carries no scope: it opens neither portal nor checkout.
  expect((await get(`${shop.url}billing/portal`, key, { method: 'POST' })).status).toBe(403);
});
