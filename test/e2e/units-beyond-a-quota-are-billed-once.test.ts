import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { setTimeout as sleep } from 'node:timers/promises';
import { OverageReporter, Quota } from '../../lib';
import type { StripeAnswer, StripeRequest } from '../billing/support/stripe-server';
import { BillingShop, type Caller } from '../helpers/billing-shop';

const HOUR_MS = 3_600_000;
const UNITS = 3;

/** Stripe's meter: it counts an event once for its identifier, whether or not its answer arrives. */
class Meter {
  readonly events: { readonly identifier: string; readonly customer: string; readonly units: number }[] = [];
  answersAreLost = false;

  take({ method, pathname, form }: StripeRequest): StripeAnswer | undefined {
    if (`${method} ${pathname}` !== 'POST /v1/billing/meter_events') return undefined;
    const [identifier, customer, value] = ['identifier', 'payload[stripe_customer_id]', 'payload[value]'].map(
      (name) => form.get(name) ?? '',
    );
    expect(form.get('event_name')).toBe('extra_calls');
    this.events.push({ identifier: identifier!, customer: customer!, units: Number(value) });
    if (this.answersAreLost) return { status: 500, body: { error: { message: 'lost' } } };
    return { body: { object: 'billing.meter_event', identifier } };
  }

  /** What a customer is billed for, by identifier. */
  billed(customer: string): number[] {
    const own = this.events.filter((event) => event.customer === customer);
    return [...new Map(own.map(({ identifier, units }) => [identifier, units])).values()];
  }
}

const meter = new Meter();
/** Of the reporter, so far. */
let runs = 0;
let shop: BillingShop;
beforeAll(async () => {
  shop = await BillingShop.open({
    quota: Quota.perMonth(UNITS, { maxOverage: 50 }),
    onLog: ({ message }) => void (runs += Number(message.includes('"message":"overage reported"'))),
    extend: (stack, paywall) =>
      new OverageReporter(stack, 'Overage', {
        paywall,
        apiKey: secretsmanager.Secret.fromSecretNameV2(stack, 'MeterKey', 'stripe-meter-key'),
        meterEventName: 'extra_calls',
      }),
  });
  const { pages, stripe } = shop;
  const sell = stripe.desk;
  stripe.desk = (request) => meter.take(request) ?? sell.call(pages, request);
});
afterAll(() => shop?.close());

async function subscriber(account: string): Promise<Caller> {
  const caller = await shop.caller(account);
  const { events } = caller.model.checkout(account).subscribe({ price: 'price_pro' });
  for (const event of events) expect(await shop.deliver(event)).toBe(200);
  return caller;
}

async function call({ call }: Caller, times: number): Promise<void> {
  for (let made = 0; made < times; made += 1) expect(await call()).toBe(200);
}

/** The next run of the schedule, from its beginning to its end. */
async function nextHour(): Promise<void> {
  const before = runs;
  shop.engine.clock.advance(HOUR_MS);
  while (runs === before) await sleep(20);
}

test('calls beyond the limit are on the bill of the hour, once, whatever becomes of the answers', async () => {
  const [acme, small, nobody] = [
    await subscriber('acme'),
    await subscriber('small'),
    await shop.caller('nobody'),
  ];
  expect(await nobody.call()).toBe(402);
  await call(small, UNITS);

  await call(acme, UNITS + 4);
  await nextHour();
  expect(meter.billed('cus_acme')).toEqual([4]);

  await call(acme, 2);
  await call(small, 1);
  meter.answersAreLost = true;
  await nextHour();
  meter.answersAreLost = false;
  const sent = meter.events.slice(-2);

  // What has no answer is asked again as it was; what came after it waits for its turn.
  await call(acme, 5);
  await nextHour();
  expect(meter.events.slice(-2)).toEqual(expect.arrayContaining(sent));
  await nextHour();
  expect(meter.billed('cus_acme')).toEqual([4, 2, 5]);
  expect(meter.billed('cus_small')).toEqual([1]);

  const events = meter.events.length;
  await nextHour();
  expect(meter.events).toHaveLength(events);
}, 60_000);
