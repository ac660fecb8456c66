import { BillingShop } from '../helpers/billing-shop';
import { get } from '../helpers/get';

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open()));
afterAll(() => shop?.close());

const crowd = <T>(count: number, act: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, act));

test('strangers who open and buy without end cost Stripe little, and leave a link of a 402 as it was', async () => {
  const { ask } = await shop.caller('acme');
  const link = String((await ask()).json.actionUrl);

  // Crawlers and previews of links: nothing is made.
  const looks = await crowd(40, () => get(`${shop.url}pay?plan=pro`));
  expect(new Set(looks.map(({ status }) => status))).toEqual(new Set([200]));
  expect(shop.pages.sessions.size).toBe(0);

  // Programs that press the button: up to the lid.
  const purchases = await crowd(200, () => get(`${shop.url}pay?plan=pro`, undefined, { method: 'POST' }));
  const told = purchases.map(({ status }) => status);
  expect(new Set(told)).toEqual(new Set([303, 429]));
  expect(shop.pages.sessions.size).toBe(told.filter((status) => status === 303).length);

  expect((await get(link)).status).toBe(303);
});
