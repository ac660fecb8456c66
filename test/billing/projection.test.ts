import { NEVER } from '../../lib/domain/account';
import { billingEvents } from '../../lib/domain/billing/account-events';
import { projectAccount, type AccountProjection, type BaseAccess } from '../../lib/domain/billing/projection';
import { EMPTY_BILLING, reduce } from '../../lib/domain/billing/registers';
import { purchasedPlan, type BillingTerms } from '../../lib/domain/billing/terms';
import { DAY, MONTH, START } from './support/clock';
import { ACCOUNT, buildDesk, newAccount } from './support/desk';
import { factsOf } from './support/facts';
import { MemoryBillingTable } from './support/memory-billing-table';
import { StripeModel } from './support/stripe-model';
import { PLANS, SLACK, TERMS } from './support/terms';

const PRO = { price: 'price_pro' };
const FREE: BaseAccess = { plan: 'free', accessUntil: NEVER, lapseReason: 'no_subscription' };

function project(model: StripeModel, terms: Partial<BillingTerms> = {}, base?: BaseAccess) {
  const state = model.events.reduce((known, event) => reduce(known, factsOf(event, model)), EMPTY_BILLING);
  return projectAccount(state, { ...TERMS, ...terms }, base);
}

describe('several subscriptions', () => {
  test.each<[string, (m: StripeModel) => StripeModel, object]>([
    [
      'of two that live the better plan counts',
      (m) => m.subscribe(PRO).wait(DAY).subscribe({ price: 'price_basic' }),
      { plan: 'pro', accessUntil: START + MONTH + SLACK },
    ],
    [
      'one in arrears does not stand in the way of one that lives',
      (m) => m.subscribe(PRO).beginPeriod().chargeFails().subscribe({ price: 'price_basic' }),
      { plan: 'basic', standing: 'active' },
    ],
    [
      'a new attempt that is not complete takes nothing away, and says what to do',
      (m) =>
        m
          .subscribe(PRO)
          .wait(DAY)
          .end()
          .wait(DAY)
          .subscribe({ ...PRO, incompleteFirst: true }),
      { plan: 'pro', accessUntil: START + DAY, lapseReason: 'payment_incomplete' },
    ],
    [
      'an attempt that was never completed is forgotten',
      (m) =>
        m
          .subscribe(PRO)
          .wait(DAY)
          .end()
          .wait(DAY)
          .subscribe({ ...PRO, incompleteFirst: true })
          .wait(DAY)
          .update((s) => (s.status = 'incomplete_expired')),
      { lapseReason: 'subscription_canceled', standing: 'canceled' },
    ],
    [
      'a subscription whose money went back does not count as living',
      (m) => m.subscribe(PRO).wait(DAY).refund().subscribe({ price: 'price_basic' }),
      { plan: 'basic', reversed: false },
    ],
  ])('%s', (_name, run, expected) => {
    expect(project(run(new StripeModel()))).toMatchObject(expected);
  });
});

describe('access from before the first payment', () => {
  test.each<[string, (m: StripeModel) => StripeModel, object]>([
    [
      'stays while the first payment is not complete',
      (m) => m.subscribe({ ...PRO, incompleteFirst: true }),
      FREE,
    ],
    ['gives way to a subscription', (m) => m.subscribe(PRO), { plan: 'pro' }],
    ['returns when it is canceled', (m) => m.subscribe(PRO).wait(DAY).end(), { ...FREE, standing: 'none' }],
    ['does not return to who owes', (m) => m.subscribe(PRO).beginPeriod().chargeFails(), { plan: 'pro' }],
    [
      'does not return before a scheduled end',
      (m) => m.subscribe(PRO).update((s) => (s.cancelAt = s.periodEnd)),
      { plan: 'pro', accessUntil: START + MONTH },
    ],
  ])('%s', (_name, run, expected) => {
    expect(project(run(new StripeModel()), {}, FREE)).toMatchObject(expected);
  });

  test('is remembered by the store, if it does not end', async () => {
    const table = new MemoryBillingTable();
    table.contents.accounts[ACCOUNT] = newAccount({ plan: 'free', accessUntil: NEVER });
    const model = new StripeModel().checkout(ACCOUNT).subscribe(PRO).wait(DAY).end();
    const desk = buildDesk(table);
    for (const event of model.events) await desk.receive(event);
    expect(table.contents.accounts[ACCOUNT]).toMatchObject({ plan: 'free', accessUntil: NEVER });
    expect(desk.published.map(({ type, previousPlan }) => [type, previousPlan])).toEqual([
      ['subscription.activated', 'free'],
      ['plan.changed', 'free'],
      ['subscription.canceled', 'pro'],
      ['plan.changed', 'pro'],
    ]);
  });
});

test('nothing is known: billing has nothing to say', () => {
  expect(projectAccount(EMPTY_BILLING, TERMS)).toBeUndefined();
});

describe('terms of the seller', () => {
  const disputed = () => new StripeModel().subscribe(PRO).wait(DAY).dispute();
  const refunded = () => new StripeModel().subscribe(PRO).wait(DAY).refund();
  const voided = () =>
    new StripeModel()
      .subscribe(PRO)
      .update((s) => (s.pause = { behavior: 'void' }))
      .beginPeriod();

  test.each<[string, StripeModel, Partial<BillingTerms>, number]>([
    ['disputes ignored', disputed(), { disputes: 'ignore' }, START + MONTH + SLACK],
    ['disputes ignored, refunds not', refunded(), { disputes: 'ignore' }, START + DAY],
    ['refunds ignored', refunded(), { refunds: 'ignore' }, START + MONTH + SLACK],
    ['refunds ignored, disputes not', disputed(), { refunds: 'ignore' }, START + DAY],
    ['void serves', voided(), { voidedInvoices: 'serve' }, START + 2 * MONTH + SLACK],
    ['void suspends', voided(), {}, START + MONTH],
    ['another slack', new StripeModel().subscribe(PRO), { renewalSlackMs: DAY }, START + MONTH + DAY],
  ])('%s', (_name, model, terms, accessUntil) => {
    expect(project(model, terms)!.accessUntil).toBe(accessUntil);
  });
});

describe('what was bought', () => {
  test.each<[string, { price?: string; plan?: string; quantity: number }[], string | undefined, number]>([
    ['one price', [{ price: 'price_basic', quantity: 2 }], 'basic', 2],
    ['another price of the plan', [{ price: 'price_pro_yearly', quantity: 1 }], 'pro', 1],
    [
      'an add-on of no plan beside it',
      [
        { price: 'price_addon', quantity: 9 },
        { price: 'price_pro', quantity: 1 },
      ],
      'pro',
      1,
    ],
    [
      'two plans: the better one',
      [
        { price: 'price_pro', quantity: 1 },
        { price: 'price_basic', quantity: 5 },
      ],
      'pro',
      1,
    ],
    [
      'both prices of one plan',
      [
        { price: 'price_pro', quantity: 1 },
        { price: 'price_pro_yearly', quantity: 2 },
      ],
      'pro',
      3,
    ],
    [
      'none of an item',
      [
        { price: 'price_pro', quantity: 0 },
        { price: 'price_basic', quantity: 1 },
      ],
      'basic',
      1,
    ],
    ['a plan by name', [{ plan: 'basic', quantity: 1 }], 'basic', 1],
    ['a price that is not in the catalogue', [{ price: 'price_old', quantity: 1 }], undefined, 0],
    ['nothing', [], undefined, 0],
  ])('%s', (_name, items, plan, quantity) => {
    const purchased = purchasedPlan(items, PLANS);
    expect(purchased?.plan.id).toBe(plan);
    expect(purchased?.quantity ?? 0).toBe(quantity);
  });
});

describe('events of a change', () => {
  const at = (overrides: Partial<AccountProjection> = {}): AccountProjection => ({
    plan: 'pro',
    quantity: 1,
    accessUntil: 10,
    paidUntil: 5,
    lapseReason: 'payment_failed',
    renews: true,
    standing: 'active',
    reversed: false,
    ...overrides,
  });

  test.each<[string, AccountProjection | undefined, AccountProjection, readonly string[]]>([
    ['nothing', at(), at(), []],
    ['first subscription', undefined, at(), ['subscription.activated']],
    ['trial', undefined, at({ standing: 'trialing' }), ['trial.started']],
    ['trial becomes paid', at({ standing: 'trialing' }), at(), ['subscription.activated']],
    ['renewal', at(), at({ paidUntil: 6 }), ['subscription.renewed']],
    ['failure', at(), at({ standing: 'past_due' }), ['payment.failed']],
    ['failure goes on', at({ standing: 'past_due' }), at({ standing: 'unpaid' }), []],
    ['recovery', at({ standing: 'unpaid' }), at(), ['payment.recovered']],
    ['end scheduled', at(), at({ renews: false }), ['subscription.cancellation_scheduled']],
    ['end', at(), at({ standing: 'canceled', renews: false }), ['subscription.canceled']],
    ['pause', at(), at({ standing: 'paused', renews: false }), ['subscription.paused']],
    ['resumption', at({ standing: 'paused' }), at(), ['subscription.resumed']],
    ['upgrade', at({ plan: 'basic' }), at(), ['plan.changed']],
    ['unknown price', at(), at({ plan: undefined }), ['plan.unknown']],
    ['first payment under way', undefined, at({ standing: 'incomplete' }), []],
    ['first payment goes through', at({ standing: 'incomplete' }), at(), ['subscription.activated']],
    ['first payment given up', at({ standing: 'incomplete' }), at({ standing: 'incomplete_expired' }), []],
    ['money goes back', at(), at({ reversed: true }), ['payment.reversed']],
  ])('%s', (_name, before, after, events) => {
    expect(billingEvents(before, after)).toEqual(events);
  });
});
