import type { BillingMessage } from '../../lib/domain/billing/fact';
import { DAY } from './support/clock';
import { buildDesk, messageOf, newAccount, ACCOUNT, outcome } from './support/desk';
import { interpose } from './support/interpose';
import { MemoryBillingTable } from './support/memory-billing-table';
import { StripeModel } from './support/stripe-model';

const PRO = { price: 'price_pro' };

function newTable(...others: string[]): MemoryBillingTable {
  const table = new MemoryBillingTable();
  for (const accountId of [ACCOUNT, ...others])
    table.contents.accounts[accountId] = newAccount({ accountId });
  return table;
}

/** Lets two deliveries take turns, one operation of the table each, as `turns` says; then both run to their end. */
async function interleave(
  table: MemoryBillingTable,
  deliveries: readonly BillingMessage[],
  turns: readonly number[],
): Promise<number> {
  const waiting: (() => void)[][] = deliveries.map(() => []);
  const running = deliveries.map((message, who) => {
    const gated = interpose(table, async (_name, run) => {
      await new Promise<void>((resume) => waiting[who]!.push(resume));
      return run();
    });
    return buildDesk(gated).billing.receive(message);
  });
  let done = false;
  const all = Promise.all(running).then(() => (done = true));
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  let operations = 0;
  for (let turn = 0; !done; turn += 1) {
    await settle();
    const preferred = waiting[turns[turn] ?? turn % 2]!.shift();
    const resume = preferred ?? waiting.flat()[0];
    if (preferred === undefined) waiting.forEach((queue) => queue[0] === resume && queue.shift());
    if (resume !== undefined) operations += 1;
    resume?.();
    await settle();
  }
  await all;
  return operations;
}

/** All sequences of `length` turns between two. */
function* schedules(length: number): Generator<readonly number[]> {
  for (let bits = 0; bits < 2 ** length; bits += 1) {
    yield Array.from({ length }, (_, turn) => (bits >> turn) & 1);
  }
}

describe('a link and an event that meet', () => {
  const model = new StripeModel().subscribe(PRO).checkout(ACCOUNT);
  const [created, paid, link] = model.events.map((event) => messageOf(event)!) as [
    BillingMessage,
    BillingMessage,
    BillingMessage,
  ];

  test.each([
    ['event first', [paid, link]],
    ['link first', [link, paid]],
  ] as const)('leave nothing parked, at whatever steps they cross (%s)', async (_name, deliveries) => {
    const calm = newTable();
    for (const message of [created, paid, link]) await buildDesk(calm).billing.receive(message);
    const truth = outcome(calm.contents.accounts[ACCOUNT]);
    let count = 0;
    for (const turns of schedules(11)) {
      const table = newTable();
      await buildDesk(table).billing.receive(created);
      await interleave(table, deliveries, turns);
      expect(table.contents.parked).toEqual({});
      expect(outcome(table.contents.accounts[ACCOUNT])).toEqual(truth);
      count += 1;
    }
    expect(count).toBe(2 ** 11);
  });

  test('what is parked waits for the link', async () => {
    const table = newTable();
    const desk = buildDesk(table);
    expect(await desk.billing.receive(created)).toEqual({ kind: 'parked' });
    expect(table.contents.accounts[ACCOUNT]).toEqual(newAccount());
    expect(await desk.billing.receive(link)).toEqual({ kind: 'applied', account: ACCOUNT });
    expect(table.contents.accounts[ACCOUNT]!.plan).toBe('pro');
  });
});

describe('a link that is refused', () => {
  async function subscribed(table: MemoryBillingTable): Promise<StripeModel> {
    const model = new StripeModel('cus_first').checkout(ACCOUNT).subscribe(PRO);
    for (const event of model.events) await buildDesk(table).receive(event);
    return model;
  }

  test('a customer with a live subscription is not replaced by another', async () => {
    const table = newTable();
    await subscribed(table);
    const before = table.contents.accounts[ACCOUNT];
    const stranger = new StripeModel('cus_second').checkout(ACCOUNT).subscribe({ price: 'price_basic' });
    const [link, ...payments] = stranger.events;
    expect(await buildDesk(table).receive(link!)).toEqual({
      kind: 'conflict',
      conflict: 'live_subscription',
      account: ACCOUNT,
    });
    for (const event of payments) expect(await buildDesk(table).receive(event)).toEqual({ kind: 'parked' });
    expect(table.contents.accounts[ACCOUNT]).toEqual(before);
    expect(Object.values(table.contents.conflicts)).toEqual(['live_subscription']);
  });

  test('another customer may pay once the subscription of the first has ended', async () => {
    const table = newTable();
    const first = await subscribed(table);
    await buildDesk(table).receive(first.wait(DAY).end().events.at(-1)!);
    const second = new StripeModel('cus_second')
      .wait(2 * DAY)
      .checkout(ACCOUNT)
      .subscribe({ price: 'price_basic' });
    for (const event of second.events) await buildDesk(table).receive(event);
    expect(table.contents.accounts[ACCOUNT]!.plan).toBe('basic');
    expect(table.contents.conflicts).toEqual({});
  });

  test('a customer pays for one account', async () => {
    const table = newTable('other');
    await subscribed(table);
    const again = new StripeModel('cus_first').checkout('other').events[0]!;
    expect(await buildDesk(table).receive(again)).toEqual({
      kind: 'conflict',
      conflict: 'linked_elsewhere',
      account: 'other',
    });
    expect(table.contents.accounts.other).toEqual(newAccount({ accountId: 'other' }));
  });

  test('test money does not pay for a real account', async () => {
    const table = newTable();
    await subscribed(table);
    const real = (event: StripeModel['events'][0]) => ({ ...event, livemode: true });
    const payment = new StripeModel('cus_first').subscribe({ price: 'price_basic' }).events[0]!;
    expect(await buildDesk(table).receive(real(payment))).toEqual({
      kind: 'conflict',
      conflict: 'other_mode',
      account: ACCOUNT,
    });
    const link = new StripeModel('cus_second').checkout(ACCOUNT).events[0]!;
    expect(await buildDesk(table).receive(real(link))).toEqual({
      kind: 'conflict',
      conflict: 'other_mode',
      account: ACCOUNT,
    });
    expect(table.contents.accounts[ACCOUNT]!.plan).toBe('pro');
  });

  test('an account that does not exist is not made', async () => {
    const table = newTable();
    const link = new StripeModel().checkout('nobody').events[0]!;
    expect(await buildDesk(table).receive(link)).toEqual({
      kind: 'conflict',
      conflict: 'no_such_account',
      account: 'nobody',
    });
    expect(table.contents.accounts.nobody).toBeUndefined();
  });

  test.each([
    ['no claim', {}],
    ['a claim that somebody made up', { paywall_account: ACCOUNT, paywall_claim: 'f'.repeat(64) }],
    ['the account alone', { paywall_account: ACCOUNT }],
  ])('a session with %s links nothing', async (_name, metadata) => {
    const table = newTable();
    const event = new StripeModel().checkout(ACCOUNT).events[0]!;
    const forged = {
      ...event,
      data: { object: { ...event.data.object, client_reference_id: ACCOUNT, metadata } },
    };
    expect(messageOf(forged)).toBeUndefined();
    expect(table.contents.links).toEqual({});
  });
});
