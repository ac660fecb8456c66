import { linkMetadata } from '../../lambda/billing/stripe/link-claim';
import type { Finding } from '../../lambda/billing-reconciler/finding';
import { isLoss } from '../../lambda/billing-reconciler/finding';
import type { ReconcilerPorts } from '../../lambda/billing-reconciler/ports';
import { DAY, HOUR, MONTH, START } from '../billing/support/clock';
import { ACCOUNT, buildDesk, messageOf, newAccount } from '../billing/support/desk';
import { MemoryBillingTable } from '../billing/support/memory-billing-table';
import { LINK_SECRET, StripeModel } from '../billing/support/stripe-model';
import { StripeServer } from '../billing/support/stripe-server';
import { PLANS, SLACK, TERMS } from '../billing/support/terms';
import { buildPorts, MemoryProgress, run } from './support/world';

const PRO = { price: 'price_pro' };

let stripe: StripeServer;
let table: MemoryBillingTable;
beforeAll(async () => void (stripe = await StripeServer.start()));
afterAll(() => stripe.stop());
beforeEach(() => {
  table = new MemoryBillingTable();
  table.contents.accounts[ACCOUNT] = newAccount();
  Object.assign(stripe, { models: [], now: START + HOUR, pageSize: 100, refuse: () => undefined });
  stripe.asked.length = 0;
});

const billedAccounts = {
  async *list(after = '') {
    const accounts = Object.keys(table.contents.billing).sort();
    yield* accounts.filter((account) => account > after);
  },
};
const ports = (more: object = {}): ReconcilerPorts => buildPorts({ table, billedAccounts, stripe, ...more });
const account = () => table.contents.accounts[ACCOUNT]!;

async function deliver(events: StripeModel['events']): Promise<void> {
  for (const event of events) await buildDesk(table).billing.receive(messageOf(event)!);
}

function play(story: (model: StripeModel) => StripeModel): StripeModel {
  const model = story(new StripeModel());
  stripe.models = [model];
  stripe.now = model.now + HOUR;
  return model;
}

describe('an account that missed everything', () => {
  test('is linked and opened by the record of our checkout session', async () => {
    play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    const { repaired } = await run(ports());
    expect(repaired.map(({ cause }) => cause)).toContain('not-linked');
    expect(account()).toMatchObject({ plan: 'pro', accessUntil: START + MONTH + SLACK });
  });

  test('is linked by what our checkout has signed on the subscription', async () => {
    const model = play((m) => m.subscribe(PRO));
    const look = model.look.bind(model);
    model.look = (one) => ({ ...look(one), metadata: linkMetadata(ACCOUNT, LINK_SECRET) });
    const { repaired } = await run(ports());
    expect(repaired).toMatchObject([
      { account: ACCOUNT, cause: 'not-linked', source: model.subscription.id },
    ]);
    expect(account().plan).toBe('pro');
  });
});

describe('an account that was sold with its first payment, of which nothing was told', () => {
  /** The session names its subscription, as one that is complete does. */
  function sold(): StripeModel {
    const model = play((m) => m.checkout('sold1', { opensAccount: true }).subscribe(PRO));
    Object.assign(model.events[0]!.data.object, { subscription: model.subscription.id });
    return model;
  }

  test('is opened', async () => {
    sold();
    await run(ports());
    expect(table.contents.accounts.sold1).toMatchObject({ plan: 'pro' });
  });

  test.each<[string, (model: StripeModel) => StripeModel]>([
    ['lives on', (model) => model],
    ['has ended', (model) => model.wait(DAY).end()],
  ])('is not opened when it has been erased, although its subscription %s', async (_case, happen) => {
    const model = sold();
    table.contents.erased.sold1 = model.now;
    stripe.now = happen(model).now + HOUR;
    expect((await run(ports())).repaired).toEqual([]);
    expect(table.contents.accounts.sold1).toBeUndefined();
    expect(table.contents.conflicts).toEqual({});
  });
});

describe('what is none of ours touches no account', () => {
  test.each<[string, (model: StripeModel) => object]>([
    ['no metadata', () => ({ metadata: {} })],
    ['the account without our signature', () => ({ metadata: { paywall_account: ACCOUNT } })],
    [
      'a signature for another account',
      () => ({
        metadata: { ...linkMetadata('somebody', LINK_SECRET), paywall_account: ACCOUNT },
      }),
    ],
    [
      'real money, where the test mode is expected',
      () => ({ livemode: true, metadata: linkMetadata(ACCOUNT, LINK_SECRET) }),
    ],
  ])('%s', async (_name, members) => {
    const model = play((m) => m.subscribe(PRO));
    const look = model.look.bind(model);
    model.look = (one) => ({ ...look(one), ...members(model) });
    expect(await run(ports())).toMatchObject({ repaired: [], failed: 0, done: true });
    expect(account()).toEqual(newAccount());
    expect(table.contents).toMatchObject({ links: {}, parked: {}, conflicts: {} });
  });

  test('a subscription that this Stripe account has never heard of ends no access', async () => {
    await deliver(new StripeModel().checkout(ACCOUNT).subscribe(PRO).events);
    const before = { ...account() };
    expect((await run(ports())).repaired).toEqual([]);
    expect(account()).toEqual(before);
  });

  test('what Standard Webhooks told is not asked about', async () => {
    const subject = { kind: 'account', account: ACCOUNT } as const;
    const snapshot = { status: 'active', createdAt: START, items: [{ plan: 'pro', quantity: 1 }] } as const;
    const facts = [{ kind: 'subscription', subscription: 'sub_default', at: START, snapshot }] as const;
    await buildDesk(table).billing.receive({ id: 'msg', at: START, subject, facts });
    await run(ports());
    expect(stripe.asked.filter((path) => path.includes('sub_default'))).toEqual([]);
  });
});

describe('an account that is wrong', () => {
  test('live for us and canceled at Stripe: ends', async () => {
    const model = play((m) => m.checkout(ACCOUNT).subscribe(PRO).wait(DAY));
    await deliver(model.events);
    model.end();
    // Its events are gone from Stripe's record.
    model.events.pop();
    const { repaired } = await run(ports());
    expect(repaired).toMatchObject([{ account: ACCOUNT, cause: 'missed' }]);
    expect(account()).toMatchObject({ accessUntil: START + DAY, lapseReason: 'subscription_canceled' });
  });

  test('changed and not put onto the account: is put there', async () => {
    const model = play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    await deliver(model.events);
    table.contents.accounts[ACCOUNT] = newAccount();
    const { repaired } = await run(ports());
    expect(repaired).toMatchObject([{ cause: 'not-projected' }]);
    expect(account()).toMatchObject({ plan: 'pro', accessUntil: START + MONTH + SLACK });
  });

  test('with events that were not published: they are', async () => {
    const model = play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    const down = buildDesk(table, { publish: () => Promise.reject(new Error('away')) });
    for (const event of model.events) await down.receive(event);
    const heard: string[] = [];
    const publish = async (events: readonly { type: string }[]) =>
      void heard.push(...events.map(({ type }) => type));
    const { repaired } = await run(ports({ publish }));
    expect(heard).toEqual(['subscription.activated']);
    expect(repaired.filter(({ cause }) => isLoss(cause))).toEqual([]);
  });

  test('under other terms than those of its last event: no loss, but shown', async () => {
    const model = play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    await deliver(model.events);
    const terms = { ...TERMS, renewalSlackMs: 2 * HOUR, plans: PLANS };
    const { repaired } = await run(ports({ terms }));
    expect(repaired).toMatchObject([{ cause: 'other-terms' }]);
    expect(repaired.every(({ cause }) => !isLoss(cause))).toBe(true);
    expect(account().accessUntil).toBe(START + MONTH + 2 * HOUR);
  });
});

test('an event that arrives while a finding is given its time leaves nothing to repair', async () => {
  const model = play((m) => m.checkout(ACCOUNT).subscribe(PRO).beginPeriod().chargeSucceeds());
  const [last, ...before] = [...model.events].reverse();
  await deliver(before.reverse());
  let waited = 0;
  const sleep = async () => {
    waited += 1;
    await deliver([last!]);
  };
  expect((await run(ports(), { sleep })).repaired).toEqual([]);
  expect(waited).toBe(1);
});

test('Stripe is asked, and told nothing', async () => {
  play((m) => m.checkout(ACCOUNT).subscribe(PRO).wait(DAY).dispute());
  await run(ports());
  expect(stripe.asked.length).toBeGreaterThan(4);
  expect(stripe.asked.filter((path) => !path.startsWith('GET '))).toEqual([]);
});

describe('many accounts', () => {
  const NAMES = Array.from({ length: 12 }, (_, index) => `acme${index}`);

  /** Each paid, and nobody told us: half of them are linked, and canceled at Stripe by now. */
  async function crowd(): Promise<void> {
    stripe.models = NAMES.map((name, index) => {
      table.contents.accounts[name] = newAccount({ accountId: name });
      return new StripeModel(`cus_${name}`)
        .wait(index * 1000)
        .checkout(name)
        .subscribe(PRO);
    });
    for (const [index, model] of stripe.models.entries()) {
      if (index % 2 === 0) continue;
      await deliver(model.events);
      model.wait(HOUR).end().events.pop();
    }
    Object.assign(stripe, { now: START + DAY, pageSize: 4 });
  }

  function expectRepaired(): void {
    for (const [index, name] of NAMES.entries()) {
      const model = stripe.models[index]!;
      const { created, endedAt } = model.subscription;
      expect({ name, until: table.contents.accounts[name]!.accessUntil }).toEqual({
        name,
        until: endedAt ?? created + MONTH + SLACK,
      });
    }
  }

  test('are covered by as many runs as it takes', async () => {
    await crowd();
    const progress = new MemoryProgress();
    let runs = 0;
    for (let done = false; !done; runs += 1) {
      let checks = 0;
      const isLate = () => (checks += 1) % 3 === 0;
      done = (await run(ports(), { progress, isLate })).done;
    }
    expect(runs).toBeGreaterThan(5);
    expectRepaired();
  });

  test('each run may die at any question to Stripe; the next one goes on', async () => {
    await crowd();
    const progress = new MemoryProgress();
    let questions = 0;
    let deaths = 0;
    stripe.refuse = () => ((questions += 1) % 17 === 0 ? 500 : undefined);
    for (let done = false; !done;) {
      let checks = 0;
      const isLate = () => (checks += 1) >= 4;
      done = await run(ports(), { progress, isLate }).then(
        (summary) => summary.done,
        () => ((deaths += 1), false),
      );
    }
    expect(deaths).toBeGreaterThan(2);
    expectRepaired();
  });

  test('two runs at once end in the same', async () => {
    await crowd();
    const progress = new MemoryProgress();
    await Promise.all([run(ports(), { progress }), run(ports(), { progress })]);
    expectRepaired();
  });

  test('one that cannot be read does not stand in the way of the others', async () => {
    await crowd();
    const [broken] = stripe.models;
    const look = broken!.look.bind(broken);
    broken!.look = (one) => ({ ...look(one), status: 'unheard_of' });
    const repaired: Finding[] = [];
    const summary = await run(ports(), { onRepaired: (finding) => repaired.push(finding) });
    expect(summary).toMatchObject({ done: true });
    expect(summary.failed).toBeGreaterThan(0);
    expect(repaired.length).toBeGreaterThan(8);
  });
});

describe('when a pass begins', () => {
  test('once in each stretch of time; between, nothing is asked', async () => {
    play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    const progress = new MemoryProgress();
    await run(ports(), { progress });
    stripe.asked.length = 0;
    stripe.now += DAY - HOUR;
    expect(await run(ports(), { progress })).toEqual({ checked: 0, repaired: [], failed: 0, done: true });
    expect(stripe.asked).toEqual([]);
    stripe.now += HOUR;
    expect((await run(ports(), { progress })).checked).toBeGreaterThan(0);
  });

  test('events are read from where the last pass ended, with an overlap', async () => {
    const progress = new MemoryProgress();
    const windows: number[] = [];
    const watched = ports();
    const listing = {
      ...watched.listing,
      subscriptions: () => watched.listing.subscriptions(),
      events: (window: { since: number }) => {
        windows.push(window.since);
        return watched.listing.events(window as never);
      },
    };
    await run({ ...watched, listing }, { progress });
    const first = stripe.now;
    stripe.now += DAY;
    await run({ ...watched, listing }, { progress });
    expect(windows[0]).toBe(first - 30 * DAY);
    expect(windows.at(-1)).toBe(first - HOUR / 4 - HOUR);
  });

  test('a pass that cannot come to its end is given up after a week', async () => {
    play((m) => m.checkout(ACCOUNT).subscribe(PRO));
    const progress = new MemoryProgress();
    await run(ports(), { progress, isLate: () => true });
    expect(progress.progress.pass).toBeDefined();
    stripe.now += 8 * DAY;
    expect(await run(ports(), { progress })).toMatchObject({ done: true });
    expect(progress.progress).toMatchObject({ startedAt: stripe.now });
  });
});
