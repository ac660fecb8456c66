import { CONFLICT_ADVICE } from '../../lib/domain/billing/link-conflict';
import { DAY } from '../billing/support/clock';
import { LINK_SECRET } from '../billing/support/stripe-model';
import { Counter, type Reply } from './support/counter';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());

let account = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  account = `unlinked${number}`;
  counter.reset();
  await counter.endpoint.createAccount(account);
});

const sessionOf = (reply: Reply) => counter.shop.sessionAt(reply.headers.Location);
const follow = (plan = 'pro') => counter.pay({ t: counter.link(account), plan });
const listed = async () =>
  (await counter.endpoint.accounts.listLinkConflicts()).filter((one) => one.account === account);

test('a payment for an account that another customer pays for rouses, and says what to do', async () => {
  const session = sessionOf(await follow());
  // Somebody else has paid for the account meanwhile.
  const other = sessionOf(await counter.buy('basic'));
  counter.shop.change(other.id, { metadata: session.metadata });
  const first = counter.shop.pay(other.id);
  await counter.deliver(first.events);
  const second = counter.shop.pay(session.id);
  await counter.deliver(second.events);
  expect(counter.endpoint.lines).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      outcome: 'conflict',
      account,
      cause: 'live_subscription',
      hint: CONFLICT_ADVICE.live_subscription,
      Conflict: 1,
    }),
  );
  expect(await listed()).toMatchObject([
    { account, provider: 'stripe', customer: second.model.customer, conflict: 'live_subscription' },
  ]);

  // The way back: the seller ends the older subscription, and sends the event of the checkout again.
  await counter.deliver(first.model.waitUntil(counter.now).end().events.slice(-1));
  const checkout = second.events.filter(({ type }) => type === 'checkout.session.completed');
  await counter.deliver(checkout);
  expect(await counter.account(account)).toMatchObject({ plan: 'pro' });
  expect(await listed()).toEqual([]);
});

test('a link to what was paid and cannot be linked is no refusal like others: it rouses, and names the payment', async () => {
  const { id } = sessionOf(await follow());
  const { model } = counter.shop.pay(id);
  // The secret that signed the session is believed no more.
  const { secrets } = counter.endpoint.services;
  secrets.link = 'another secret, of thirty-two letters';
  counter.restart();
  const t = counter.link(account, {}, secrets.link);
  expect(await counter.pay({ t, plan: 'pro' })).toMatchObject({ status: 409, json: { title: 'Not linked' } });
  const line = counter.lines.at(-1)!;
  expect(line).toMatchObject({
    level: 'ERROR',
    outcome: 'not-linked',
    account,
    session: id,
    cause: 'not_ours',
    hint: expect.stringContaining('linkSecrets'),
    NotLinked: 1,
  });
  expect(line).not.toHaveProperty('Refused');

  // The way back that the line tells.
  secrets.link = LINK_SECRET;
  counter.restart();
  expect((await follow()).json).toMatchObject({ status: 'nothing_owed' });
  expect(await counter.account(account)).toMatchObject({ plan: 'pro' });
  expect((await counter.post('portal', account)).status).toBe(201);
  expect(counter.shop.portals.at(-1)!.customer).toBe(model.customer);
});

test('a claim that cannot be linked rouses, shows no key, and is kept for a person to decide on', async () => {
  const first = counter.shop.pay(sessionOf(await follow('basic')).id);
  await counter.deliver(first.events);
  const session = sessionOf(await counter.buy('pro'));
  // Stripe has recognised the customer, who pays for another account.
  const { returnTo } = counter.shop.pay(session.id, { customer: first.model.customer });
  const reply = await counter.claim(returnTo);
  expect(reply).toMatchObject({ status: 409, json: { title: 'Not linked' } });
  account = session.metadata.paywall_account!;
  expect(reply.json.detail).toContain(account);
  expect(counter.lines.at(-1)).toMatchObject({
    level: 'ERROR',
    outcome: 'not-linked',
    account,
    session: session.id,
    cause: 'linked_elsewhere',
    hint: CONFLICT_ADVICE.linked_elsewhere,
    NotLinked: 1,
  });
  expect(await listed()).toMatchObject([
    {
      customer: first.model.customer,
      conflict: 'linked_elsewhere',
      source: session.id,
      since: counter.now,
      keptUntil: counter.now + 30 * DAY,
    },
  ]);
  // Who comes again finds the same conflict, as old as it was.
  const [kept] = await listed();
  counter.now += DAY;
  expect((await counter.claim(returnTo)).status).toBe(409);
  expect(await listed()).toEqual([kept]);
  counter.now += 29 * DAY;
  expect(await listed()).toEqual([]);
});
