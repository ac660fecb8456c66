import { linkMetadata } from '../../lambda/billing/stripe/link-claim';
import { StripeModel } from '../billing/support/stripe-model';
import { stripeCheckout, stripeEvent, type Members } from '../billing/support/stripe-objects';
import { Counter } from './support/counter';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());

let victim = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  victim = `victim${number}`;
  counter.reset();
  await counter.endpoint.createAccount(victim);
});

/** A stranger pays somewhere at the same seller, with whatever he could write into his session. */
async function strangerPays(members: Members): Promise<StripeModel> {
  const model = new StripeModel(`cus_stranger${number}`);
  model.now = counter.now;
  const at = Math.floor(model.now / 1000);
  const session = stripeCheckout({ id: `cs_test_stranger${number}`, customer: model.customer, ...members });
  model.events.push(stripeEvent(`evt_stranger${number}`, 'checkout.session.completed', at, session));
  model.subscribe({ price: 'price_pro' });
  await counter.deliver(model.events);
  return model;
}

/** The victim subscribes, in order. */
async function victimSubscribes() {
  const reply = await counter.pay({ t: counter.link(victim), plan: 'basic' });
  const paid = counter.shop.pay(counter.shop.sessionAt(reply.headers.Location).id);
  await counter.deliver(paid.events);
  return paid;
}

describe('a stranger who pays with the account id of somebody else', () => {
  const forged = () => linkMetadata(victim, 'a secret that the stranger made up, long enough');
  test.each<[string, () => Members]>([
    ['as client_reference_id', () => ({ client_reference_id: victim })],
    ['in metadata without proof', () => ({ metadata: { paywall_account: victim } })],
    ['in metadata with a forged proof', () => ({ metadata: forged() })],
    [
      'with the proof of his own account',
      () => ({ metadata: { ...counter.shop.open[0]?.metadata, paywall_account: victim } }),
    ],
  ])('%s gains nothing and changes nothing', async (_case, members) => {
    await counter.buy('pro');
    const before = await counter.account(victim);
    await strangerPays(members());
    expect(await counter.account(victim)).toEqual(before);
    // Nor is the victim kept from subscribing.
    const { model } = await victimSubscribes();
    expect(await counter.account(victim)).toMatchObject({ plan: 'basic' });
    expect((await counter.post('portal', victim)).status).toBe(201);
    expect(counter.shop.portals.at(-1)!.customer).toBe(model.customer);
  });

  test('changes nothing of a subscription either', async () => {
    const { model } = await victimSubscribes();
    const before = await counter.account(victim);
    await strangerPays({ client_reference_id: victim, metadata: { paywall_account: victim } });
    expect(await counter.account(victim)).toEqual(before);
    await counter.post('portal', victim);
    expect(counter.shop.portals.at(-1)!.customer).toBe(model.customer);
  });
});

test('who pays through a session that the victim once left open replaces nobody', async () => {
  const left = counter.shop.sessionAt(
    (await counter.pay({ t: counter.link(victim), plan: 'pro' })).headers.Location,
  );
  const { model } = await victimSubscribes();
  const before = await counter.account(victim);
  // Stripe refuses the page of a session that has ended; even so, its event would be a conflict.
  expect(counter.shop.sessions.get(left.id)!.status).toBe('expired');
  const stranger = await strangerPays({ metadata: left.metadata });
  expect(stranger.customer).not.toBe(model.customer);
  expect(await counter.account(victim)).toEqual(before);
});

test('who pays through the link of the victim pays for the victim, and is given no key and no portal', async () => {
  const t = counter.link(victim);
  const session = counter.shop.sessionAt((await counter.pay({ t, plan: 'pro' })).headers.Location);
  const { events, returnTo } = counter.shop.pay(session.id);
  await counter.deliver(events);
  expect((await counter.account(victim))!.accessUntil).toBeGreaterThan(counter.now);
  expect(returnTo.href).toBe('https://shop.example/thanks');
  const claim = new URL(`https://api.example/prod/billing/claim?session=${session.id}&t=${t}`);
  expect((await counter.claim(claim)).status).toBe(400);
  expect((await counter.account(victim))!.keys).toEqual({});
  expect((await counter.pay({ t })).json).toMatchObject({ status: 'nothing_owed' });
});
