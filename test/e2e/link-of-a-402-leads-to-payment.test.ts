import { BillingShop } from '../helpers/billing-shop';
import { get } from '../helpers/get';

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open()));
afterAll(() => shop?.close());

test('402 with a link, Checkout, a signed webhook, and the same call is 200', async () => {
  const { ask, call } = await shop.caller('acme');
  const refused = await ask();
  expect(refused.status).toBe(402);
  expect(refused.json).toMatchObject({ reason: 'no_subscription', action: 'subscribe' });
  const link = String(refused.json.actionUrl);
  expect(link.startsWith(`${shop.url}pay?t=`)).toBe(true);

  const led = await get(link);
  expect(led.status).toBe(303);
  expect(led.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  const { events } = shop.pay(led);
  expect(await call()).toBe(402);
  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  expect(await call()).toBe(200);

  // The link is of no use to anybody now: nothing is sold twice, and no portal opens.
  const again = await get(link);
  expect(again.status).toBe(200);
  expect(again.json).toMatchObject({ status: 'nothing_owed' });
  expect(shop.pages.portals).toEqual([]);
});

test('a link whose signature was changed leads nowhere', async () => {
  const { ask } = await shop.caller('other');
  const link = String((await ask()).json.actionUrl);
  const changed = link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A');
  expect((await get(changed)).status).toBe(400);
});
