import { DAY, HOUR, MONTH, START, YEAR } from './clock';
import { type StripeModel } from './stripe-model';
import { SLACK } from './terms';
import type { Truth } from './truth';

export interface Scenario {
  readonly name: string;
  readonly run: (model: StripeModel) => StripeModel;
  /** What a person would say of the end; the model's ledger has to agree. */
  readonly expected: Truth;
}

const PRO = { price: 'price_pro' };
const RENEWAL = START + MONTH;
const GRACE = 3 * DAY;

function ends(plan: string, accessUntil: number, lapseReason: Truth['lapseReason']): Truth {
  return { plan, accessUntil, lapseReason };
}

const renewing = (model: StripeModel): StripeModel => model.subscribe(PRO).beginPeriod();

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first payment, all within one second',
    run: (m) => m.subscribe({ ...PRO, incompleteFirst: true }).completeFirstPayment(),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'first payment that is never completed',
    run: (m) =>
      m
        .subscribe({ ...PRO, incompleteFirst: true })
        .wait(23 * HOUR)
        .update((s) => (s.status = 'incomplete_expired')),
    expected: ends('pro', 0, 'no_subscription'),
  },
  {
    name: 'first payment under way',
    run: (m) => m.subscribe({ ...PRO, incompleteFirst: true }),
    expected: ends('pro', 0, 'payment_incomplete'),
  },
  {
    name: 'renewal under way',
    run: renewing,
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'renewal paid',
    run: (m) => renewing(m).chargeSucceeds(),
    expected: ends('pro', RENEWAL + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'renewal whose charge fails',
    run: (m) => renewing(m).chargeFails(),
    expected: ends('pro', RENEWAL + GRACE, 'payment_failed'),
  },
  {
    name: 'payment fails, then recovers',
    run: (m) => renewing(m).chargeFails().wait(DAY).recover(),
    expected: ends('pro', RENEWAL + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'two renewals fail: one grace only',
    run: (m) => renewing(m).chargeFails().beginPeriod().chargeFails(),
    expected: ends('pro', RENEWAL + GRACE, 'payment_failed'),
  },
  {
    name: 'dunning ends in unpaid',
    run: (m) =>
      renewing(m)
        .chargeFails()
        .wait(14 * DAY)
        .giveUp('unpaid'),
    expected: ends('pro', RENEWAL, 'payment_failed'),
  },
  {
    name: 'dunning ends in cancellation',
    run: (m) =>
      renewing(m)
        .chargeFails()
        .wait(14 * DAY)
        .giveUp('canceled'),
    expected: ends('pro', RENEWAL, 'subscription_canceled'),
  },
  {
    name: 'cancellation scheduled at the end of the period',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.cancelAt = s.periodEnd)),
    expected: ends('pro', RENEWAL, 'subscription_canceled'),
  },
  {
    name: 'cancel at period end, the end reached',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.cancelAt = s.periodEnd))
        .waitUntil(RENEWAL)
        .end(),
    expected: ends('pro', RENEWAL, 'subscription_canceled'),
  },
  {
    name: 'scheduled cancellation taken back',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.cancelAt = s.periodEnd))
        .wait(DAY)
        .update((s) => (s.cancelAt = undefined)),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'cancel_at in mid-period',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.cancelAt = START + 10 * DAY)),
    expected: ends('pro', START + 10 * DAY, 'subscription_canceled'),
  },
  {
    name: 'canceled at once, in the second in which it was changed',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.items[0]!.quantity = 2))
        .end(),
    expected: ends('pro', START + DAY, 'subscription_canceled'),
  },
  {
    name: 'upgrade in mid-period, paid',
    run: (m) =>
      m
        .subscribe({ price: 'price_basic' })
        .wait(10 * DAY)
        .changePrice('price_pro', 'paid'),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'upgrade in mid-period whose charge fails',
    run: (m) =>
      m
        .subscribe({ price: 'price_basic' })
        .wait(10 * DAY)
        .changePrice('price_pro', 'failed'),
    expected: ends('pro', START + 10 * DAY + GRACE, 'payment_failed'),
  },
  {
    name: 'change from yearly to monthly does not leave the year',
    run: (m) =>
      m
        .subscribe({ price: 'price_pro_yearly', length: YEAR })
        .wait(10 * DAY)
        .changePrice('price_basic', 'paid', MONTH)
        .beginPeriod()
        .chargeFails(),
    expected: ends('basic', START + 10 * DAY + MONTH + GRACE, 'payment_failed'),
  },
  {
    name: 'change from yearly to monthly, running',
    run: (m) =>
      m
        .subscribe({ price: 'price_pro_yearly', length: YEAR })
        .wait(10 * DAY)
        .changePrice('price_basic', 'paid', MONTH),
    expected: ends('basic', START + 10 * DAY + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'trial with a card becomes paid',
    run: (m) =>
      m
        .subscribe({ ...PRO, trial: 14 * DAY })
        .beginPeriod()
        .chargeSucceeds(),
    expected: ends('pro', START + 14 * DAY + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'trial with a card, running',
    run: (m) => m.subscribe({ ...PRO, trial: 14 * DAY }),
    expected: ends('pro', START + 14 * DAY + SLACK, 'trial_ended'),
  },
  {
    name: 'trial with a card whose first charge fails',
    run: (m) =>
      m
        .subscribe({ ...PRO, trial: 14 * DAY })
        .beginPeriod()
        .chargeFails(),
    expected: ends('pro', START + 14 * DAY + GRACE, 'payment_failed'),
  },
  {
    name: 'trial without a card, running',
    run: (m) => m.subscribe({ ...PRO, trial: 14 * DAY, card: false, withoutCard: 'cancel' }),
    expected: ends('pro', START + 14 * DAY, 'trial_ended'),
  },
  {
    name: 'trial without a card, to which one is added',
    run: (m) =>
      m
        .subscribe({ ...PRO, trial: 14 * DAY, card: false, withoutCard: 'cancel' })
        .wait(DAY)
        .addCard(),
    expected: ends('pro', START + 14 * DAY + SLACK, 'trial_ended'),
  },
  {
    name: 'trial without a card, canceled at its end',
    run: (m) =>
      m
        .subscribe({ ...PRO, trial: 14 * DAY, card: false, withoutCard: 'cancel' })
        .waitUntil(START + 14 * DAY)
        .end(),
    expected: ends('pro', START + 14 * DAY, 'trial_ended'),
  },
  {
    name: 'trial without a card, paused at its end',
    run: (m) =>
      m
        .subscribe({ ...PRO, trial: 14 * DAY, card: false, withoutCard: 'pause' })
        .waitUntil(START + 14 * DAY)
        .update((s) => (s.status = 'paused')),
    expected: ends('pro', START + 14 * DAY, 'subscription_paused'),
  },
  {
    name: 'refund in full',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .refund(),
    expected: ends('pro', START + 5 * DAY, 'payment_failed'),
  },
  {
    name: 'refund in part',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .refund('partial'),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'refund in full that fails',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .refund()
        .wait(2 * DAY)
        .failRefund(),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'refund of a period, then the next one is paid',
    run: (m) => {
      m.subscribe(PRO)
        .wait(5 * DAY)
        .refund()
        .beginPeriod()
        .chargeSucceeds();
      m.subscription.reversedAt = undefined;
      return m;
    },
    expected: ends('pro', RENEWAL + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'dispute',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .dispute(),
    expected: ends('pro', START + 5 * DAY, 'payment_failed'),
  },
  {
    name: 'dispute that is won',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .dispute()
        .wait(10 * DAY)
        .closeDispute('won'),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'dispute that is lost',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .dispute()
        .wait(10 * DAY)
        .closeDispute('lost'),
    expected: ends('pro', START + 5 * DAY, 'payment_failed'),
  },
  {
    name: 'new subscription after a canceled one',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.cancelAt = s.periodEnd))
        .wait(DAY)
        .end()
        .wait(DAY)
        .subscribe({ price: 'price_basic' }),
    expected: ends('basic', START + 3 * DAY + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'new subscription after dunning',
    run: (m) => renewing(m).chargeFails().wait(DAY).end().wait(HOUR).subscribe(PRO),
    expected: ends('pro', RENEWAL + DAY + 2 * HOUR + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'collection paused, service given away',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.pause = { behavior: 'mark_uncollectible' }))
        .beginPeriod(),
    expected: ends('pro', RENEWAL + MONTH + SLACK, 'payment_failed'),
  },
  {
    name: 'collection paused, service suspended',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.pause = { behavior: 'void' }))
        .beginPeriod(),
    expected: ends('pro', RENEWAL, 'subscription_paused'),
  },
  {
    name: 'collection paused and resumed within the period',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(DAY)
        .update((s) => (s.pause = { behavior: 'void' }))
        .wait(DAY)
        .update((s) => (s.pause = undefined)),
    expected: ends('pro', RENEWAL + SLACK, 'payment_failed'),
  },
  {
    name: 'customer deleted',
    run: (m) =>
      m
        .subscribe(PRO)
        .wait(5 * DAY)
        .deleteCustomer(),
    expected: ends('pro', START + 5 * DAY, 'subscription_canceled'),
  },
  {
    name: 'invoice that is sent, with a term',
    run: (m) => m.subscribe({ ...PRO, sendInvoice: { daysUntilDue: 14 } }),
    expected: ends('pro', START + 14 * DAY + SLACK, 'payment_failed'),
  },
  {
    name: 'past due and recovered within one second',
    run: (m) => {
      const failed = renewing(m).chargeFails();
      return failed.recover();
    },
    expected: ends('pro', RENEWAL + MONTH + SLACK, 'payment_failed'),
  },
];
