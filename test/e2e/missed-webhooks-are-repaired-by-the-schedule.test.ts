import { setTimeout as sleep } from 'node:timers/promises';
import { Reconciliation } from '../../lib';
import { DAY } from '../billing/support/clock';
import { BillingShop, type Caller } from '../helpers/billing-shop';

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open({ reconciliation: Reconciliation.daily() })));
afterAll(() => shop?.close());

/** Time passes by the clocks of this machine and of Stripe. */
function pass(ms: number): void {
  shop.engine.clock.advance(ms);
  shop.stripe.now = shop.engine.clock.now();
}

/** Lets the run that a schedule has begun come to its end: what it waits for in between is a matter of the clock. */
async function untilAnswer({ call }: Caller, status: number): Promise<void> {
  while ((await call()) !== status) {
    await sleep(200);
    pass(5_000);
  }
}

test('an account that missed its webhooks altogether is repaired by the scheduled reconciliation', async () => {
  const caller = await shop.caller('acme');
  const { model, call } = caller;
  // Stripe has the money, and nobody hears of it.
  model.checkout('acme').subscribe({ price: 'price_pro' });
  expect(await call()).toBe(402);

  pass(DAY);
  await untilAnswer(caller, 200);
  expect(await shop.heard()).toMatchObject({
    'detail-type': 'subscription.activated',
    detail: { account: 'acme', plan: 'pro' },
  });

  // The end is missed as well.
  model.now = Math.floor(shop.engine.clock.now() / 1000) * 1000;
  model.end();
  expect(await call()).toBe(200);
  pass(DAY);
  await untilAnswer(caller, 402);
  expect(await shop.heard()).toMatchObject({ 'detail-type': 'subscription.canceled' });
});
