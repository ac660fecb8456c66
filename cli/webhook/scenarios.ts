import { type Story } from './story';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A little more than the instant itself, so that nobody has to ask on which side of it a call was. */
const JUST_AFTER_MS = 60_000;
const TRIAL_DAYS = 14;

/** What a scenario is played with. */
export interface ScenarioTerms {
  readonly account: string;
  /** Price that buys the plan. */
  readonly price: string;
  /** Price that buys a dearer plan; absent: the catalogue has none. */
  readonly higherPrice?: string;
  /** Of the plan. */
  readonly graceDays: number;
}

/** A story of one customer, as Stripe tells it in events. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Needs two plans that can be bought. */
  readonly upgrades?: boolean;
  /** What gives the money back, if something does: the endpoint asks Stripe what it was for. */
  readonly reverses?: 'refunds' | 'disputes';
  /** Access ends at once, with no date set before: callers are served what they have taken ahead. */
  readonly endsUnscheduled?: boolean;
  tell(story: Story, terms: ScenarioTerms): Story;
}

const buys = (story: Story, { account, price }: ScenarioTerms): Story =>
  story.happens('the checkout is completed and paid', (m) => m.checkout(account).subscribe({ price }));

const fails = (story: Story, terms: ScenarioTerms): Story =>
  buys(story, terms)
    .happens('the period ends, an invoice is drafted', (m) => m.beginPeriod())
    .happens('an hour later the charge fails', (m) => m.chargeFails())
    .passes(
      `the grace of ${terms.graceDays} days is over`,
      (m) => m.subscription.periodStart + terms.graceDays * DAY_MS + JUST_AFTER_MS,
    );

const endsAtPeriodEnd = (story: Story, terms: ScenarioTerms): Story =>
  buys(story, terms)
    .later(10 * DAY_MS)
    .happens('the customer cancels, as of the end of the period', (m) =>
      m.update((one) => (one.cancelAt = one.periodEnd)),
    )
    .passes('the period ends', (m) => m.subscription.periodEnd + JUST_AFTER_MS)
    .happens('the subscription is over', (m) => m.end());

/** Each can be watched from a first 402 on; what they have in common is told in the same words. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first-payment',
    description: 'a checkout is paid, and the next request is served',
    tell: buys,
  },
  {
    name: 'first-payment-needs-action',
    description: 'the bank asks the buyer to confirm the first payment',
    tell: (story, { account, price }) =>
      story
        .happens('the bank wants a confirmation', (m) =>
          m.checkout(account).subscribe({ price, incompleteFirst: true }),
        )
        .later(JUST_AFTER_MS)
        .happens('the buyer confirms', (m) => m.completeFirstPayment()),
  },
  {
    name: 'renewal',
    description: 'the period ends and the next one is paid an hour later: no request is refused',
    tell: (story, terms) =>
      buys(story, terms)
        .happens('the period ends, an invoice is drafted', (m) => m.beginPeriod())
        .happens('an hour later the charge succeeds', (m) => m.chargeSucceeds()),
  },
  {
    name: 'payment-fails-then-recovers',
    description: 'a renewal fails, the grace runs out, the customer pays',
    tell: (story, terms) => fails(story, terms).happens('the customer pays', (m) => m.recover()),
  },
  {
    name: 'payment-fails-for-good',
    description: 'a renewal fails and Stripe gives up after two weeks',
    tell: (story, terms) =>
      fails(story, terms)
        .later(14 * DAY_MS)
        .happens('Stripe gives up and cancels', (m) => m.giveUp('canceled')),
  },
  {
    name: 'cancel-at-period-end',
    description: 'the customer cancels and keeps what was paid for until it ends',
    tell: endsAtPeriodEnd,
  },
  {
    name: 'cancel-at-once',
    description: 'the subscription is canceled in mid-period, as of now',
    endsUnscheduled: true,
    tell: (story, terms) =>
      buys(story, terms)
        .later(10 * DAY_MS)
        .happens('the subscription is canceled at once', (m) => m.end()),
  },
  {
    name: 'resubscribe',
    description: 'a customer who has left comes back with a new subscription',
    tell: (story, terms) =>
      endsAtPeriodEnd(story, terms)
        .later(5 * DAY_MS)
        .happens('the customer subscribes again', (m) => m.subscribe({ price: terms.price })),
  },
  {
    name: 'upgrade-mid-period',
    description: 'a change to a dearer plan ten days into the period',
    upgrades: true,
    tell: (story, terms) =>
      buys(story, terms)
        .later(10 * DAY_MS)
        .happens('the customer upgrades and pays the difference', (m) =>
          m.changePrice(terms.higherPrice ?? terms.price, 'paid'),
        ),
  },
  {
    name: 'trial-with-card',
    description: 'a trial that becomes a paid subscription',
    tell: (story, { account, price }) =>
      story
        .happens(`a trial of ${TRIAL_DAYS} days begins`, (m) =>
          m.checkout(account).subscribe({ price, trial: TRIAL_DAYS * DAY_MS }),
        )
        .happens('the trial ends, an invoice is drafted', (m) => m.beginPeriod())
        .happens('an hour later the charge succeeds', (m) => m.chargeSucceeds()),
  },
  {
    name: 'trial-without-card',
    description: 'a trial that ends without a payment method',
    tell: (story, { account, price }) =>
      story
        .happens(`a trial of ${TRIAL_DAYS} days begins`, (m) =>
          m
            .checkout(account)
            .subscribe({ price, trial: TRIAL_DAYS * DAY_MS, card: false, withoutCard: 'cancel' }),
        )
        .passes('the trial ends', (m) => (m.subscription.trialEnd ?? m.now) + JUST_AFTER_MS)
        .happens('the subscription is over', (m) => m.end()),
  },
  {
    name: 'pause',
    description: 'the collection of payments is paused and its invoices are voided',
    tell: (story, terms) =>
      buys(story, terms)
        .later(10 * DAY_MS)
        .happens('the collection is paused', (m) => m.update((one) => (one.pause = { behavior: 'void' })))
        .happens('the period ends, nothing is charged', (m) => m.beginPeriod()),
  },
  {
    name: 'refund',
    description: 'the payment of the current period is given back in full',
    reverses: 'refunds',
    endsUnscheduled: true,
    tell: (story, terms) =>
      buys(story, terms)
        .later(5 * DAY_MS)
        .happens('the payment is refunded', (m) => m.refund()),
  },
  {
    name: 'dispute',
    description: 'the payment is disputed, and ten days later the dispute is won',
    reverses: 'disputes',
    endsUnscheduled: true,
    tell: (story, terms) =>
      buys(story, terms)
        .later(5 * DAY_MS)
        .happens('the customer disputes the payment', (m) => m.dispute())
        .later(10 * DAY_MS)
        .happens('the dispute is won', (m) => m.closeDispute('won')),
  },
  {
    name: 'customer-deleted',
    description: 'the customer is deleted at Stripe',
    endsUnscheduled: true,
    tell: (story, terms) =>
      buys(story, terms)
        .later(5 * DAY_MS)
        .happens('the customer is deleted', (m) => m.deleteCustomer()),
  },
];
