import type { SubscriptionSource } from '../../lambda/billing/billing';
import { StripeInbox } from '../../lambda/billing/stripe/inbox';
import { subscriptionFact } from '../../lambda/billing/stripe/subscription';
import type { Unsettled } from '../../lib/domain/billing/unsettled';
import { DAY, MONTH, START } from './support/clock';
import { ACCOUNT, buildDesk, newAccount, outcome } from './support/desk';
import { MemoryBillingTable } from './support/memory-billing-table';
import { LINK_SECRET, StripeModel } from './support/stripe-model';
import type { StripeEvent } from './support/stripe-objects';
import { SLACK } from './support/terms';

function newTable(): MemoryBillingTable {
  const table = new MemoryBillingTable();
  table.contents.accounts[ACCOUNT] = newAccount();
  return table;
}

/** The model itself, asked a day later. */
function sourceOf(model: StripeModel, asked: Unsettled[] = []): SubscriptionSource {
  return {
    async fetch(unsettled) {
      asked.push(unsettled);
      const found = model.subscriptions.find(({ id }) => id === unsettled.subscription);
      const at = Math.max(model.now, unsettled.after) + DAY;
      return found ? [subscriptionFact(model.look(found), at)] : [];
    },
  };
}

function orders<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    orders([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

/** Set to end and taken back within one second: neither rank nor content can tell which came last. */
function undecidable(): StripeModel {
  return new StripeModel()
    .checkout(ACCOUNT)
    .subscribe({ price: 'price_pro' })
    .wait(DAY)
    .update((s) => (s.cancelAt = s.periodEnd))
    .update((s) => (s.cancelAt = undefined));
}

describe('two snapshots of one second that rank cannot decide between', () => {
  test('with an API key every order ends in what the provider says', async () => {
    const model = undecidable();
    for (const order of orders(model.events)) {
      const table = newTable();
      const desk = buildDesk(table, { source: sourceOf(model) });
      for (const event of order) await desk.receive(event);
      expect(table.contents.accounts[ACCOUNT]).toMatchObject({
        accessUntil: START + MONTH + SLACK,
        lapseReason: 'payment_failed',
      });
    }
  });

  test('without one every order ends alike, and never beyond what is paid', async () => {
    const ends = new Set<string>();
    for (const order of orders(undecidable().events)) {
      const table = newTable();
      for (const event of order) await buildDesk(table).receive(event);
      ends.add(JSON.stringify(Object.entries(outcome(table.contents.accounts[ACCOUNT])).sort()));
      expect(table.contents.accounts[ACCOUNT]!.accessUntil).toBe(START + MONTH);
    }
    expect(ends.size).toBe(1);
  });

  test('a fetch that fails leaves the doubt in the registers: the redelivered event asks again', async () => {
    const model = undecidable();
    const table = newTable();
    const asked: Unsettled[] = [];
    const unreachable = { fetch: () => Promise.reject(new Error('no answer')) };
    const failing = buildDesk(table, { source: unreachable });
    const faults: unknown[] = [];
    for (const event of model.events)
      await failing.receive(event).catch((error: unknown) => faults.push(error));
    expect(faults.length).toBeGreaterThan(0);
    expect(table.contents.accounts[ACCOUNT]!.accessUntil).toBe(START + MONTH);
    await buildDesk(table, { source: sourceOf(model, asked) }).receive(model.events.at(-1)!);
    expect(asked).toEqual([{ subscription: model.subscription.id, after: START + DAY }]);
    expect(table.contents.accounts[ACCOUNT]!.accessUntil).toBe(START + MONTH + SLACK);
  });
});

test('a payment whose subscription was never told of is asked about', async () => {
  const model = new StripeModel().checkout(ACCOUNT).subscribe({ price: 'price_pro' });
  const table = newTable();
  const desk = buildDesk(table, { source: sourceOf(model) });
  for (const event of model.events.filter(({ type }) => !type.startsWith('customer.')))
    await desk.receive(event);
  expect(table.contents.accounts[ACCOUNT]).toMatchObject({ plan: 'pro', accessUntil: START + MONTH + SLACK });
});

test('nothing is asked about what the events have settled', async () => {
  const model = new StripeModel().checkout(ACCOUNT).subscribe({ price: 'price_pro', trial: 14 * DAY });
  const asked: Unsettled[] = [];
  const desk = buildDesk(newTable(), { source: sourceOf(model, asked) });
  for (const event of model.wait(DAY).end().events) await desk.receive(event);
  expect(asked).toEqual([]);
});

describe('refunds and disputes of newer API versions, which name no invoice', () => {
  const model = new StripeModel().checkout(ACCOUNT).subscribe({ price: 'price_pro' }).wait(DAY).dispute();
  const { invoice } = model.subscription.paid[0]!;

  async function inboxWith(api?: {
    payerOf: () => Promise<{ customer: string; invoice: string } | undefined>;
  }) {
    const table = newTable();
    const inbox = new StripeInbox(buildDesk(table).billing, [LINK_SECRET], api);
    const receipts = [];
    for (const event of model.events) receipts.push(await inbox.receive(event));
    return { last: receipts.at(-1)!, account: table.contents.accounts[ACCOUNT]! };
  }

  test('end access when the payer can be asked for', async () => {
    const { account } = await inboxWith({ payerOf: async () => ({ customer: model.customer, invoice }) });
    expect(account).toMatchObject({ accessUntil: START + DAY, lapseReason: 'payment_failed' });
  });

  test('change nothing without an API key, and say so', async () => {
    const { last, account } = await inboxWith();
    expect(last).toEqual({ kind: 'ignored', reason: expect.stringContaining('API key') });
    expect(account.accessUntil).toBe(START + MONTH + SLACK);
  });

  test('change nothing when the payment was for no invoice', async () => {
    const { last } = await inboxWith({ payerOf: async () => undefined });
    expect(last).toMatchObject({ kind: 'ignored' });
  });
});

test('events that are not needed are ignored', async () => {
  const event: StripeEvent = { ...undecidable().events[0]!, type: 'plan.created' };
  const receipt = await new StripeInbox(buildDesk(newTable()).billing, []).receive(event);
  expect(receipt).toEqual({ kind: 'ignored', reason: 'events of type plan.created are not needed' });
});
