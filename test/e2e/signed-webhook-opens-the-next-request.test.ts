import { BillingShop } from '../helpers/billing-shop';

/** Nobody who has paid is refused again. */
const MOST_REQUESTS = 1;

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open()));
afterAll(() => shop?.close());

test('402, a signed webhook, and the very next request is 200', async () => {
  const { model, call } = await shop.caller('acme');
  const { events } = model.checkout('acme').subscribe({ price: 'price_pro' });

  expect(await call()).toBe(402);
  for (const event of events) expect(await shop.deliver(event, 'whsec_forged')).toBe(400);
  expect(await call()).toBe(402);

  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  let requests = 1;
  while ((await call()) !== 200) requests += 1;
  process.stdout.write(
    `requests until 200 after the webhook's 2xx: ${requests} (at most ${MOST_REQUESTS})\n`,
  );
  expect(requests).toBeLessThanOrEqual(MOST_REQUESTS);

  expect(await shop.heard()).toMatchObject({
    source: 'cdk-api-paywall',
    'detail-type': 'subscription.activated',
    detail: { id: 'acme-1', account: 'acme', sequence: 1, plan: 'pro' },
  });
});
