import { linkedAccount } from '../../lambda/billing/stripe/link-claim';
import type { PayAction } from '../../lib/domain/pay-link';
import { DAY } from '../billing/support/clock';
import { LINK_SECRET } from '../billing/support/stripe-model';
import { CATALOGUE } from '../billing-webhook/support/endpoint';
import { BROWSER, Counter, type Reply } from './support/counter';
import type { Paid } from './support/stripe-shop';

let counter: Counter;
beforeAll(async () => void (counter = await Counter.open()));
afterAll(() => counter.close());

let account = '';
let number = 0;
beforeEach(async () => {
  number += 1;
  account = `buyer${number}`;
  counter.reset();
  await counter.endpoint.createAccount(account);
});

const follow = (
  action: PayAction = 'subscribe',
  more: Record<string, string> = { plan: 'pro' },
): Promise<Reply> => counter.pay({ t: counter.link(account, { action }), ...more });
const sessionOf = (reply: Reply) => counter.shop.sessionAt(reply.headers.Location);

/** The account has bought a plan, and the webhook has told. */
async function subscribed(plan = 'basic'): Promise<Paid> {
  const paid = counter.shop.pay(sessionOf(await follow('subscribe', { plan })).id);
  await counter.deliver(paid.events);
  counter.shop.server.asked.length = 0;
  return paid;
}

describe('an account without a subscription', () => {
  test('is led to Checkout, in a session that only we can have made', async () => {
    const reply = await follow();
    expect(reply.status).toBe(303);
    expect(reply.headers).toMatchObject({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const { form, metadata } = sessionOf(reply);
    expect(form).toMatchObject({
      mode: 'subscription',
      'line_items[0][price]': 'price_pro',
      'line_items[0][quantity]': '1',
      success_url: 'https://shop.example/thanks',
      cancel_url: 'https://shop.example/plans',
    });
    expect(linkedAccount({ metadata }, [LINK_SECRET])).toBe(account);
    expect(form['subscription_data[metadata][paywall_account]']).toBe(account);
    expect(form['subscription_data[metadata][paywall_claim]']).toBe(metadata.paywall_claim);
    expect(form).not.toHaveProperty('metadata[paywall_opens]');
  });

  test('that pays has access with the next request', async () => {
    await subscribed('pro');
    expect(await counter.account(account)).toMatchObject({ plan: 'pro' });
    expect((await counter.account(account))!.accessUntil).toBeGreaterThan(counter.now);
  });

  test('is led to the same session by the same link, and by another one', async () => {
    const link = { t: counter.link(account), plan: 'pro' };
    const [first, again, other] = [await counter.pay(link), await counter.pay(link), await follow()];
    expect(again.headers.Location).toBe(first.headers.Location);
    expect(other.headers.Location).toBe(first.headers.Location);
  });

  test('has one open session at most, whoever asks for whatever at once', async () => {
    const replies = await Promise.all(
      ['pro', 'basic', 'pro', 'basic', 'pro'].map((plan, index) =>
        counter.pay({ t: counter.link(account, { expiresAt: counter.now + 1_000 + index }), plan }),
      ),
    );
    expect(replies.some(({ status }) => status === 303)).toBe(true);
    const open = counter.shop.open.filter(({ metadata }) => metadata.paywall_account === account);
    expect(open).toHaveLength(1);
  });

  test('that changes its mind cannot pay for both plans', async () => {
    const first = sessionOf(await follow('subscribe', { plan: 'basic' }));
    const second = sessionOf(await follow('subscribe', { plan: 'pro' }));
    expect(second.id).not.toBe(first.id);
    expect(counter.shop.sessions.get(first.id)!.status).toBe('expired');
    expect(sessionOf(await follow('subscribe', { plan: 'basic' })).id).not.toBe(first.id);
  });

  test('chooses where there is a choice', async () => {
    const t = counter.link(account);
    const { status, json } = await counter.pay({ t });
    expect(status).toBe(200);
    const url = (plan: string) => `https://api.example/prod/pay?t=${t}&plan=${plan}`;
    expect(json).toEqual({
      plans: [
        { plan: 'basic', url: url('basic') },
        { plan: 'pro', url: url('pro') },
      ],
    });
    const { text, headers } = await counter.pay({ t }, { headers: BROWSER });
    expect(text).toContain(`href="${url('pro').replaceAll('&', '&amp;')}"`);
    expect(headers).toMatchObject({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' });
    expect(counter.shop.server.asked).toEqual([]);
  });

  test('is led to the plan that the link names', async () => {
    const reply = await counter.pay({ t: counter.link(account, { plan: 'basic' }) });
    expect(sessionOf(reply).price).toBe('price_basic');
  });

  test('gets a trial the first time, and only then', async () => {
    const plans = CATALOGUE.plans.map((plan) => (plan.id === 'pro' ? { ...plan, trialDays: 14 } : plan));
    counter.restart({}, { ...CATALOGUE, plans });
    const first = sessionOf(await follow());
    expect(first.form['subscription_data[trial_period_days]']).toBe('14');
    const { model, events } = counter.shop.pay(first.id);
    await counter.deliver(events);
    model.waitUntil(counter.now + DAY).end();
    await counter.deliver(model.events.slice(-1));
    counter.now += 2 * DAY;
    const { form } = sessionOf(await follow());
    expect(form).not.toHaveProperty('subscription_data[trial_period_days]');
    expect(form.customer).toBe(model.customer);
  });

  test('need not be there yet: a token may vouch for it', async () => {
    account = `newcomer${number}`;
    const { events } = counter.shop.pay(sessionOf(await follow()).id);
    await counter.deliver(events);
    expect(await counter.account(account)).toMatchObject({ plan: 'pro', keys: {} });
  });
});

describe('an account with a subscription', () => {
  test('that is in order owes nothing', async () => {
    await subscribed('pro');
    const reply = await follow();
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ status: 'nothing_owed' });
    expect(counter.shop.server.asked).toEqual([]);
  });

  test('whose event is late is not sold a second one: what was paid is looked up', async () => {
    counter.shop.pay(sessionOf(await follow()).id);
    const reply = await counter.pay({
      t: counter.link(account, { expiresAt: counter.now + 1 }),
      plan: 'pro',
    });
    expect(reply.json).toMatchObject({ status: 'nothing_owed' });
    expect((await counter.account(account))!.accessUntil).toBeGreaterThan(counter.now);
  });

  test('whose payment cannot be linked is sold no second one: the seller has to look', async () => {
    const { id } = sessionOf(await follow());
    counter.shop.pay(id);
    // The secret that signed the session is believed no more.
    counter.endpoint.services.secrets.link = 'another secret, of thirty-two letters';
    counter.restart();
    const link = counter.link(account, {}, counter.endpoint.services.secrets.link);
    for (const plan of ['pro', 'basic']) {
      const reply = await counter.pay({ t: link, plan });
      expect(reply).toMatchObject({ status: 409, json: { title: 'Not linked' } });
    }
    expect(counter.shop.open.filter(({ metadata }) => metadata.paywall_account === account)).toEqual([]);
  });

  test('that paid just when it changed its mind is not sold a second one', async () => {
    const first = sessionOf(await follow('subscribe', { plan: 'basic' }));
    counter.shop.server.refuse = (path) => {
      // Paid between the look at the session and its end.
      if (path.endsWith('/expire')) {
        counter.shop.server.refuse = () => undefined;
        counter.shop.pay(first.id);
      }
      return undefined;
    };
    expect((await follow()).json).toMatchObject({ status: 'nothing_owed' });
    expect(counter.shop.open.filter(({ metadata }) => metadata.paywall_account === account)).toEqual([]);
  });

  const card = {
    'flow_data[type]': 'payment_method_update',
    'flow_data[after_completion][type]': 'redirect',
    'flow_data[after_completion][redirect][return_url]': 'https://shop.example/account',
    return_url: 'https://shop.example/account',
  };
  test.each<[string, PayAction, (paid: Paid) => unknown, (paid: Paid) => object]>([
    [
      'whose trial ended without a card is led to its card',
      'resume',
      ({ model }) => model.update((one) => (one.status = 'paused')),
      () => card,
    ],
    [
      'that wants more is led to the change of plan',
      'upgrade_plan',
      () => undefined,
      ({ model }) => ({
        ...card,
        'flow_data[type]': 'subscription_update',
        'flow_data[subscription_update][subscription]': model.subscription.id,
      }),
    ],
  ])('%s', async (_case, action, happen, expected) => {
    const paid = await subscribed();
    const before = paid.model.events.length;
    happen(paid);
    await counter.deliver(paid.model.events.slice(before));
    if (action !== 'upgrade_plan') counter.now += 40 * DAY;
    const reply = await follow(action);
    expect(reply.status).toBe(303);
    expect(reply.headers.Location).toMatch(/^https:\/\/billing\.stripe\.test\//);
    expect(counter.shop.portals.at(-1)).toEqual({ customer: paid.model.customer, ...expected(paid) });
  });

  test('that wants more changes nothing by a link where the seller wants the scope billing for it', async () => {
    await subscribed();
    counter.restart({ planChangesByLink: false });
    const before = counter.shop.portals.length;
    expect(await follow('upgrade_plan')).toMatchObject({ status: 409, json: { title: 'Not by this link' } });
    expect(counter.shop.portals).toHaveLength(before);
  });

  test.each<PayAction>(['update_payment_method', 'subscribe'])(
    'whose renewal failed is led to the invoice that is owed, as its subscription has a card of its own (%s)',
    async (action) => {
      const { model } = await subscribed();
      const before = model.events.length;
      model.beginPeriod().chargeFails();
      await counter.deliver(model.events.slice(before));
      const id = model.subscription.latestInvoice!;
      counter.shop.invoices[id] = {
        id,
        status: 'open',
        hosted_invoice_url: 'https://invoice.stripe.test/i/2',
      };
      counter.now += 40 * DAY;
      expect((await follow(action)).headers.Location).toBe('https://invoice.stripe.test/i/2');
    },
  );

  test.each([
    ['open', 303],
    ['paid', 200],
  ])('whose invoice is %s is led to it while it can be paid', async (status, expected) => {
    const { model } = await subscribed();
    model.update((one) => (one.status = 'unpaid'));
    await counter.deliver(model.events.slice(-1));
    const id = model.subscription.latestInvoice!;
    counter.shop.invoices[id] = { id, status, hosted_invoice_url: 'https://invoice.stripe.test/i/1' };
    counter.now += 40 * DAY;
    const reply = await follow('complete_payment');
    expect(reply.status).toBe(expected);
    if (expected === 303) expect(reply.headers.Location).toBe('https://invoice.stripe.test/i/1');
  });

  describe('whose newest invoice is a draft, which nobody can pay', () => {
    /** Stripe has given up on the subscription, and drafts invoices that stay drafts. */
    async function givenUp(invoices: readonly (readonly [status: string, age: number])[]) {
      const { model } = await subscribed();
      const before = model.events.length;
      model.beginPeriod().chargeFails().giveUp('unpaid').beginPeriod();
      await counter.deliver(model.events.slice(before));
      const subscription = model.subscription.id;
      const newest = model.subscription.latestInvoice!;
      counter.shop.invoices[newest] = { id: newest, subscription, status: 'draft', created: counter.now };
      for (const [index, [status, age]] of invoices.entries()) {
        const id = `in_${subscription}_${index}`;
        const hosted_invoice_url = `https://invoice.stripe.test/i/${index}`;
        counter.shop.invoices[id] = {
          id,
          subscription,
          status,
          created: counter.now - age,
          hosted_invoice_url,
        };
      }
      counter.now += 80 * DAY;
      return model;
    }

    test.each<PayAction>(['update_payment_method', 'subscribe', 'complete_payment'])(
      'is led to the newest one that can be paid (%s)',
      async (action) => {
        await givenUp([
          ['open', 3 * DAY],
          ['open', 2 * DAY],
          ['void', DAY],
        ]);
        expect((await follow(action)).headers.Location).toBe('https://invoice.stripe.test/i/1');
      },
    );

    test('is led to its card when none can be paid', async () => {
      const model = await givenUp([['void', DAY]]);
      expect((await follow()).headers.Location).toMatch(/^https:\/\/billing\.stripe\.test\//);
      expect(counter.shop.portals.at(-1)).toEqual({ customer: model.customer, ...card });
    });
  });

  test('no link opens the portal itself', async () => {
    expect(counter.shop.portals.length).toBeGreaterThan(0);
    for (const portal of counter.shop.portals) {
      expect(portal).toHaveProperty(['flow_data[type]']);
      expect(portal['flow_data[after_completion][type]']).toBe('redirect');
    }
  });
});

test('an account that the seller has shut out is not sold anything', async () => {
  await counter.endpoint.accounts.changeAccount(account, { suspended: true }, CATALOGUE.plans);
  expect(await follow()).toMatchObject({ status: 409 });
  expect(counter.shop.server.asked).toEqual([]);
});

describe('links that are not believed', () => {
  test.each<[string, number, () => string]>([
    ['expired', 410, () => counter.link(account, { expiresAt: counter.now })],
    [
      'of another secret',
      400,
      () => counter.link(account, {}, 'another secret of somebody else, long enough'),
    ],
    ['cut off', 400, () => counter.link(account).slice(0, -1)],
    ['empty', 400, () => ''],
    ['markup', 400, () => '<script>alert(1)</script>'],
  ])('%s: %d says to call again, and asks Stripe nothing', async (_case, status, token) => {
    const t = token();
    const program = await counter.pay({ t });
    expect(program).toMatchObject({
      status,
      json: { status, detail: expect.stringContaining('call the API again') },
    });
    expect(program.headers['Content-Type']).toBe('application/problem+json');
    const person = await counter.pay({ t }, { headers: BROWSER });
    expect(person.status).toBe(status);
    expect(person.headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(person.text).toContain('call the API again');
    for (const { text } of [program, person]) {
      expect(text).not.toContain(account);
      expect(text).not.toContain('<script>');
    }
    expect(counter.shop.server.asked).toEqual([]);
  });

  test('a secret that was rotated in its place is looked up again', async () => {
    await follow();
    counter.endpoint.services.secrets.link = 'the new secret of the rotation, long enough';
    counter.now += 11_000;
    const t = counter.link(account, {}, 'the new secret of the rotation, long enough');
    expect((await counter.pay({ t, plan: 'pro' })).status).toBe(303);
  });

  test('a plan that is not on sale is named', async () => {
    expect(await follow('subscribe', { plan: 'free' })).toMatchObject({
      status: 400,
      json: { detail: 'plan must be one of basic, pro' },
    });
  });
});

test.each([
  ['Sec-Purpose', 'prefetch'],
  ['Sec-Purpose', 'prefetch;prerender'],
  ['Purpose', 'prefetch'],
  ['X-Moz', 'prefetch'],
])('nothing happens for a browser that fetches ahead: %s: %s', async (name, value) => {
  const headers = { ...BROWSER, [name]: value };
  expect((await counter.pay({ t: counter.link(account), plan: 'pro' }, { headers })).status).toBe(503);
  expect((await counter.buy('pro', { headers })).status).toBe(503);
  expect((await counter.pay({ plan: 'pro' }, { method: 'HEAD' })).status).toBe(503);
  expect(counter.shop.server.asked).toEqual([]);
});

describe('when Stripe', () => {
  test.each([500, 503, 429])('answers %d, it is a 503 that says when to try again', async (status) => {
    counter.shop.server.refuse = () => status;
    const reply = await follow();
    expect(reply).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    expect(counter.lines.at(-1)).toMatchObject({ level: 'ERROR', outcome: 'fault', Fault: 1 });
    const page = await counter.pay({ t: counter.link(account), plan: 'pro' }, { headers: BROWSER });
    expect(page).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
  });

  test.each([400, 401, 403])(
    'refuses with %d, it is a fault of ours with a line in the log',
    async (status) => {
      counter.shop.server.refuse = () => status;
      const reply = await follow();
      expect(reply.status).toBe(500);
      expect(reply.text).not.toContain('Stripe');
      expect(counter.lines.at(-1)).toMatchObject({
        level: 'ERROR',
        outcome: 'fault',
        cause: expect.stringContaining(`statusCode ${status}`),
      });
    },
  );

  test('is not needed to say that a link has expired, but its key is for everything else', async () => {
    counter.endpoint.services.down.add('secretsmanager');
    expect(await follow()).toMatchObject({ status: 503 });
  });
});

test('the log names the account and what happened, and no link, address or secret', async () => {
  const t = counter.link(account);
  const reply = await counter.pay({ t, plan: 'pro' });
  expect(counter.lines.at(-1)).toMatchObject({
    level: 'INFO',
    message: 'checkout',
    outcome: 'sent-to-checkout',
    route: 'GET pay',
    account,
    status: 303,
    CheckoutOpened: 1,
  });
  const log = JSON.stringify(counter.lines);
  for (const secret of [t, String(reply.headers.Location), LINK_SECRET]) expect(log).not.toContain(secret);
});
