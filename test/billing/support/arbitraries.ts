import fc from 'fast-check';
import { SUBSCRIPTION_STATUSES } from '../../../lib/domain/access';
import type { Fact, SubscriptionSnapshot } from '../../../lib/domain/billing/fact';
import { DAY, START } from './clock';

/** Few instants and few ids, so that facts meet: ties and repetitions are what the properties are about. */
const instants = fc.integer({ min: 0, max: 4 }).map((day) => START + day * DAY);
const subscriptions = fc.constantFrom('sub_b', 'sub_a');
const customers = fc.constantFrom('cus_a', 'cus_b');
const invoices = fc.constantFrom('in_c', 'in_a', 'in_b');
const statuses = fc.constantFrom(...SUBSCRIPTION_STATUSES.filter((status) => status !== 'none'));

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

export const snapshots: fc.Arbitrary<SubscriptionSnapshot> = fc
  .record(
    {
      status: statuses,
      createdAt: instants,
      items: fc.constantFrom(
        [{ price: 'price_pro', quantity: 1 }],
        [{ price: 'price_basic', quantity: 2 }],
        [],
      ),
      customer: customers,
      periodStart: instants,
      periodEnd: instants,
      trialEnd: instants,
      cancelAt: instants,
      endedAt: instants,
      card: fc.boolean(),
      pausedCollection: fc.constantFrom(
        { behavior: 'void' as const },
        { behavior: 'keep_as_draft' as const },
      ),
      latestInvoice: invoices,
    },
    { requiredKeys: ['status', 'createdAt', 'items'] },
  )
  .map((snapshot) => snapshot as SubscriptionSnapshot);

export const facts: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: fc.constant('subscription' as const),
    subscription: subscriptions,
    at: instants,
    snapshot: snapshots,
  }),
  fc.record({
    kind: fc.constant('invoice' as const),
    subscription: subscriptions,
    invoice: fc.oneof(
      invoices,
      fc.integer({ min: 0, max: 30 }).map((n) => `in_${n}`),
    ),
    outcome: fc.constantFrom('failed' as const, 'paid' as const),
    start: fc.integer({ min: 0, max: 20 }).map((day) => START + day * DAY),
    end: fc.integer({ min: 21, max: 23 }).map((day) => START + day * DAY),
  }),
  fc.record({
    kind: fc.constant('reversal' as const),
    reversal: fc.constantFrom('dp_a', 'ch_a'),
    cause: fc.constantFrom('refund' as const, 'dispute' as const),
    at: instants,
    since: instants,
    inForce: fc.boolean(),
    invoice: invoices,
  }),
  fc.record({
    kind: fc.constant('customer' as const),
    customer: customers,
    at: instants,
    deleted: fc.boolean(),
    card: fc.boolean(),
    email: optional(fc.constantFrom('a@example.com', 'b@example.com')),
  }),
);
