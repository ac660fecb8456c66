import { DAY } from '../billing/support/clock';
import { Counter, type Reply } from './support/counter';

const NEW = 'the second secret, long enough for anybody';
const NEWER = 'the third secret, as long as the others are';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());

let account = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  account = `rotated${number}`;
  counter.reset();
  counter.endpoint.restart();
  await counter.endpoint.createAccount(account);
});

const sessionOf = (reply: Reply) => counter.shop.sessionAt(reply.headers.Location);
const follow = () => counter.pay({ t: counter.link(account), plan: 'pro' });
const overwrite = (value: string) => counter.endpoint.services.overwrite('link', value);
/** Nothing is cached any more, as in functions that were not asked for a while. */
function forget(): void {
  counter.restart();
  counter.endpoint.restart();
}

async function expectPaid(id: string): Promise<void> {
  expect(await counter.account(id)).toMatchObject({ plan: 'pro' });
  expect((await counter.account(id))!.accessUntil).toBeGreaterThan(counter.now);
}

describe('when the link secret is overwritten in its place', () => {
  test.each<[string, () => void]>([
    ['by functions that know the old value', () => undefined],
    ['by functions that know nothing', forget],
  ])('a session that was open links its payer, %s', async (_case, happen) => {
    const { id } = sessionOf(await follow());
    overwrite(NEW);
    happen();
    await counter.deliver(counter.shop.pay(id).events);
    await expectPaid(account);
  });

  test('a session that was signed by it links its payer, although the webhook remembers the old value', async () => {
    const other = counter.shop.pay(sessionOf(await counter.buy('basic')).id);
    await counter.deliver(other.events);
    overwrite(NEW);
    counter.restart();
    counter.now += 11_000;
    const t = counter.link(account, {}, NEW);
    const { id } = sessionOf(await counter.pay({ t, plan: 'pro' }));
    await counter.deliver(counter.shop.pay(id).events);
    await expectPaid(account);
  });

  test('a buyer who has paid is settled, with or without events', async () => {
    const { id } = sessionOf(await follow());
    overwrite(NEW);
    forget();
    counter.shop.pay(id);
    const t = counter.link(account, {}, NEW);
    expect((await counter.pay({ t, plan: 'pro' })).json).toMatchObject({ status: 'nothing_owed' });
    await expectPaid(account);
  });

  test('the claim of a purchase from before shows its key, weeks later', async () => {
    const session = sessionOf(await counter.buy('pro'));
    const { returnTo } = counter.shop.pay(session.id);
    overwrite(NEW);
    forget();
    counter.now += 20 * DAY;
    expect((await counter.claim(returnTo)).status).toBe(200);
    await expectPaid(session.metadata.paywall_account!);
  });

  test('links that the authorizer has signed with the old value are believed', async () => {
    const t = counter.link(account);
    overwrite(NEW);
    forget();
    expect((await counter.pay({ t, plan: 'pro' })).status).toBe(303);
  });

  test('sessions are signed with the new value', async () => {
    overwrite(NEW);
    forget();
    const { metadata } = sessionOf(await counter.buy('pro'));
    delete counter.endpoint.services.previous.link;
    forget();
    const { id } = counter.shop.open.find((one) => one.metadata === metadata)!;
    expect((await counter.claim(counter.shop.pay(id).returnTo)).status).toBe(200);
  });

  test('twice, what the first value has signed is believed no more', async () => {
    const t = counter.link(account);
    overwrite(NEW);
    overwrite(NEWER);
    forget();
    expect((await counter.pay({ t, plan: 'pro' })).status).toBe(400);
  });
});

test('a value that cannot be had is not taken for one that never was: the event comes again', async () => {
  const { id } = sessionOf(await follow());
  overwrite(NEW);
  forget();
  const { events } = counter.shop.pay(id);
  const checkout = events.find(({ type }) => type === 'checkout.session.completed')!;
  counter.endpoint.services.previousIsAway = true;
  expect((await counter.endpoint.stripe(checkout)).status).toBe(503);
  counter.endpoint.services.previousIsAway = false;
  await counter.deliver(events);
  await expectPaid(account);
});
