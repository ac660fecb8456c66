import fc from 'fast-check';
import { reduce, EMPTY_BILLING } from '../../lib/domain/billing/registers';
import type { Fact, SubscriptionSnapshot } from '../../lib/domain/billing/fact';
import type { PayAction } from '../../lib/domain/pay-link';
import { paymentStep, type PaymentSituation, type PaymentStep } from '../../lib/domain/payment-step';
import type { PlanDefinition } from '../../lib/domain/plan';
import { newAccount } from '../billing/support/desk';

const NOW = Date.UTC(2026, 4, 1);
const plan = (id: string, priceIds?: readonly string[]): PlanDefinition => ({
  id,
  kind: priceIds ? 'paid' : 'free',
  trialDays: 0,
  graceDays: 3,
  ...(priceIds && { priceIds }),
});
const PLANS = [plan('free'), plan('basic', ['price_basic']), plan('pro', ['price_pro']), plan('custom', [])];

type ReversalFact = Extract<Fact, { kind: 'reversal' }>;

interface Look extends Partial<SubscriptionSnapshot> {
  readonly deleted?: boolean;
}

function billingOf(...looks: readonly Look[]) {
  return looks.reduce((state, { deleted, ...look }, index) => {
    const customer = 'customer' in look ? look.customer : `cus_${index}`;
    const snapshot = {
      status: 'active',
      createdAt: index,
      items: [],
      latestInvoice: `in_${index}`,
      ...look,
      customer,
    } as const;
    const facts = [{ kind: 'subscription', subscription: `sub_${index}`, at: NOW, snapshot } as const];
    const gone = { kind: 'customer', customer: customer ?? '', at: NOW, deleted: true, card: false } as const;
    return reduce(state, deleted ? [...facts, gone] : facts);
  }, EMPTY_BILLING);
}

const step = (situation: Partial<PaymentSituation>): PaymentStep =>
  paymentStep({ wanted: 'subscribe', billing: EMPTY_BILLING, plans: PLANS, now: NOW, ...situation });
const told = (result: PaymentStep): unknown =>
  result.kind === 'subscribe' ? { ...result, plans: result.plans.map(({ id }) => id) } : result;
const open = newAccount({ plan: 'basic', accessUntil: NOW + 1 });
const lapsed = newAccount({ plan: 'basic', accessUntil: NOW });

describe('without a subscription that lives', () => {
  test.each<[string, Partial<PaymentSituation>, object]>([
    ['nobody yet', {}, { plans: ['basic', 'pro'], trial: true }],
    ['a plan was asked for', { plan: 'pro' }, { plans: ['pro'] }],
    ['a plan that is not on sale was asked for', { plan: 'custom' }, { plans: ['basic', 'pro'] }],
    ['the account had a plan', { account: lapsed }, { plans: ['basic'] }],
    ['the account has a larger plan to go to', { wanted: 'upgrade_plan', account: open }, { plans: ['pro'] }],
    ['the larger plan is named', { wanted: 'upgrade_plan', plan: 'pro', account: open }, { plans: ['pro'] }],
    [
      'on a free plan',
      { wanted: 'upgrade_plan', account: newAccount({ plan: 'free' }) },
      { plans: ['basic', 'pro'] },
    ],
    ['canceled', { billing: billingOf({ status: 'canceled' }) }, { customer: 'cus_0', trial: false }],
    ['never completed', { billing: billingOf({ status: 'incomplete_expired' }) }, { customer: 'cus_0' }],
    ['of a customer who was deleted', { billing: billingOf({ deleted: true }) }, { trial: false }],
    [
      'of two customers',
      { billing: billingOf({ status: 'canceled' }, { status: 'canceled' }) },
      { customer: 'cus_1' },
    ],
  ])('%s: a plan is bought', (_case, situation, expected) => {
    expect(told(step(situation))).toMatchObject({ kind: 'subscribe', ...expected });
  });

  test('a deleted customer is not sold to again', () => {
    expect(step({ billing: billingOf({ deleted: true }) })).not.toHaveProperty('customer');
  });

  test.each<[string, Partial<PaymentSituation>]>([
    ['nothing is on sale', { plans: [plan('free')] }],
    ['there is no larger plan', { wanted: 'upgrade_plan', account: newAccount({ plan: 'pro' }) }],
    ['another biller charges', { billing: billingOf({ customer: undefined }) }],
  ])('%s: only the seller can help', (_case, situation) => {
    expect(step(situation)).toEqual({ kind: 'contact-seller' });
  });
});

describe('with a subscription that lives', () => {
  const customer = 'cus_0';
  const card = { kind: 'update-payment-method', customer };
  const invoice = { kind: 'complete-payment', customer, subscription: 'sub_0', invoice: 'in_0' };
  test.each<[string, PayAction, Look, Partial<PaymentSituation>, object]>([
    ['in order', 'subscribe', {}, { account: open }, { kind: 'nothing-owed' }],
    ['in order, the event has not come yet', 'subscribe', {}, { account: lapsed }, { kind: 'nothing-owed' }],
    ['on trial', 'subscribe', { status: 'trialing' }, { account: open }, { kind: 'nothing-owed' }],
    [
      'to be upgraded',
      'upgrade_plan',
      {},
      { account: open },
      { kind: 'change-plan', customer, subscription: 'sub_0' },
    ],
    ['overdue by the clock', 'update_payment_method', {}, { account: lapsed }, invoice],
    [
      'overdue by the clock, without invoice',
      'update_payment_method',
      { latestInvoice: undefined },
      { account: lapsed },
      card,
    ],
    ['first payment not known', 'complete_payment', {}, { account: lapsed }, invoice],
    [
      'collection paused',
      'resume',
      { pausedCollection: { behavior: 'void' } },
      { account: lapsed },
      { kind: 'contact-seller' },
    ],
    ['past due', 'update_payment_method', { status: 'past_due' }, { account: lapsed }, invoice],
    ['past due, asked to subscribe', 'subscribe', { status: 'past_due' }, { account: lapsed }, invoice],
    [
      'past due without invoice',
      'update_payment_method',
      { status: 'past_due', latestInvoice: undefined },
      { account: lapsed },
      card,
    ],
    ['unpaid', 'update_payment_method', { status: 'unpaid' }, { account: lapsed }, invoice],
    ['incomplete', 'complete_payment', { status: 'incomplete' }, { account: lapsed }, invoice],
    [
      'incomplete without invoice',
      'complete_payment',
      { status: 'incomplete', latestInvoice: undefined },
      {},
      card,
    ],
    ['trial ended without a card', 'resume', { status: 'paused' }, { account: lapsed }, card],
  ])('%s', (_case, wanted, look, situation, expected) => {
    expect(step({ wanted, billing: billingOf(look), ...situation })).toEqual(expected);
  });

  const reversal = { kind: 'reversal', reversal: 're_1', at: NOW, since: NOW, cause: 'refund' } as const;
  test.each<[string, Pick<ReversalFact, 'inForce' | 'invoice'>, object]>([
    ['refunded', { inForce: true, invoice: 'in_0' }, { kind: 'contact-seller' }],
    ['a refund that failed', { inForce: false, invoice: 'in_0' }, { kind: 'nothing-owed' }],
    ['a refund of an earlier invoice', { inForce: true, invoice: 'in_9' }, { kind: 'nothing-owed' }],
  ])('what was paid was taken back: %s', (_case, register, expected) => {
    const billing = reduce(billingOf({}), [{ ...reversal, ...register }]);
    expect(step({ billing, account: lapsed })).toEqual(expected);
  });

  test('one in order goes before one in arrears', () => {
    const billing = billingOf({ status: 'past_due' }, { status: 'active' });
    expect(step({ billing, account: open })).toEqual({ kind: 'nothing-owed' });
  });
});

test('no account with a subscription that lives is ever sent to buy another', () => {
  const living = ['trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete'] as const;
  const looks = fc.record({
    status: fc.constantFrom(...living, 'canceled' as const, 'incomplete_expired' as const),
    deleted: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(looks, { maxLength: 4 }),
      fc.constantFrom<PayAction>(
        'subscribe',
        'update_payment_method',
        'complete_payment',
        'upgrade_plan',
        'resume',
      ),
      fc.constantFrom(undefined, 'basic', 'pro', 'nonsense'),
      fc.constantFrom(undefined, open, lapsed),
      (all, wanted, asked, account) => {
        const result = step({ wanted, plan: asked, account, billing: billingOf(...all) });
        const lives = all.some(
          ({ status, deleted }) => !deleted && (living as readonly string[]).includes(status),
        );
        expect(lives && result.kind === 'subscribe').toBe(false);
      },
    ),
  );
});
