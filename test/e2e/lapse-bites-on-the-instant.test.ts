import type { StripeModel } from '../billing/support/stripe-model';
import { BillingShop, type Caller } from '../helpers/billing-shop';

/** `leaseDuration` as it is when nothing is said. */
const LEASE_MS = 10_000;
/** Time for some requests before the instant. */
const BEFORE_MS = 5_000;

let shop: BillingShop;
beforeAll(async () => void (shop = await BillingShop.open()));
afterAll(() => shop?.close());

async function subscriber(account: string): Promise<Caller> {
  const caller = await shop.caller(account);
  const { events } = caller.model.checkout(account).subscribe({ price: 'price_pro' });
  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  return caller;
}

/** As many requests in a row as make the authorizer take units for more than one. */
async function lease({ call }: Caller): Promise<void> {
  for (let i = 0; i < 30; i += 1) expect(await call()).toBe(200);
}

/** Something happens at Stripe now, and Stripe tells of it. */
async function happens({ model }: Caller, what: (model: StripeModel) => unknown): Promise<void> {
  // Of another second than what came before.
  shop.engine.clock.advance(2_000);
  model.now = Math.floor(shop.engine.clock.now() / 1000) * 1000;
  what(model);
  expect(await shop.deliver(model.events.at(-1)!)).toBe(200);
}

const endsWithThePeriod = (model: StripeModel) =>
  model.update((subscription) => (subscription.cancelAt = subscription.periodEnd));

test('a scheduled end is 200 just before it and 402 at it, with units in memory and without', async () => {
  const leasing = await subscriber('leasing');
  const quiet = await subscriber('quiet');
  let end = 0;
  for (const one of [leasing, quiet]) {
    await happens(one, endsWithThePeriod);
    end = Math.max(end, one.model.subscription.periodEnd);
  }
  shop.engine.clock.set(end - BEFORE_MS);
  await lease(leasing);
  // The other one's end may be a second earlier.
  expect(shop.engine.clock.now()).toBeLessThan(leasing.model.subscription.periodEnd);
  shop.engine.clock.set(end);
  expect(await leasing.call()).toBe(402);
  expect(await quiet.call()).toBe(402);
});

test('a scheduled end is 200 just before it for one who has not called for a month', async () => {
  const late = await subscriber('late');
  await happens(late, endsWithThePeriod);
  const { periodEnd } = late.model.subscription;
  shop.engine.clock.set(periodEnd - BEFORE_MS);
  expect(await late.call()).toBe(200);
  shop.engine.clock.set(periodEnd);
  expect(await late.call()).toBe(402);
});

test.each<[string, (model: StripeModel) => unknown]>([
  ['a full refund', (model) => model.refund()],
  ['a deletion', (model) => model.end()],
])('an end that nobody foresaw (%s) is 402 within the lease', async (name, what) => {
  const caller = await subscriber(`sudden${name.length}`);
  await lease(caller);
  await happens(caller, what);
  shop.engine.clock.advance(LEASE_MS);
  expect(await caller.call()).toBe(402);
});

test('without units in memory, an end that nobody foresaw is 402 at once', async () => {
  const caller = await subscriber('unleased');
  await happens(caller, (model) => model.end());
  expect(await caller.call()).toBe(402);
});
