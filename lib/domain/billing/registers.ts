import type { Fact, ReversalCause, SubscriptionSnapshot } from './fact';
import { canonical, compareSnapshots, compareText, type DatedSnapshot } from './snapshot-order';

/** All that is known of an account's payments: a join semilattice under {@link join}. */
export interface BillingState {
  readonly subscriptions: Readonly<Record<string, SubscriptionRegister>>;
  /** By id of the charge or the dispute. */
  readonly reversals: Readonly<Record<string, ReversalRegister>>;
  /** By id of the customer. */
  readonly customers: Readonly<Record<string, CustomerRegister>>;
}

export interface SubscriptionRegister {
  readonly latest?: LatestSnapshot;
  /** Newest period first, at most {@link INVOICES_KEPT}. */
  readonly paid: readonly InvoiceRegister[];
  /** Of which a charge failed, whether or not it was paid later. Newest period first, as many at most. */
  readonly failed: readonly InvoiceRegister[];
}

export interface LatestSnapshot extends DatedSnapshot {
  /** Another snapshot of the same instant said something else: rank has decided, not time. */
  readonly tied: boolean;
}

export interface InvoiceRegister {
  readonly invoice: string;
  readonly start: number;
  readonly end: number;
}

export interface ReversalRegister {
  readonly at: number;
  readonly since: number;
  readonly inForce: boolean;
  readonly cause: ReversalCause;
  readonly invoice: string;
}

export interface CustomerRegister {
  readonly at: number;
  readonly deleted: boolean;
  readonly card: boolean;
  readonly email?: string;
}

/** A year of months: access depends on the newest period alone, reversals on the one that they name. */
export const INVOICES_KEPT = 12;

export const EMPTY_BILLING: BillingState = { subscriptions: {}, reversals: {}, customers: {} };

/** The state in which nothing but this fact is known. */
export function stateOf(fact: Fact): BillingState {
  switch (fact.kind) {
    case 'subscription': {
      const { at, snapshot } = fact;
      const register = { latest: { at, snapshot, tied: false }, paid: pausedPeriod(snapshot), failed: [] };
      return { ...EMPTY_BILLING, subscriptions: { [fact.subscription]: register } };
    }
    case 'invoice': {
      const { invoice, start, end, outcome } = fact;
      const register = { paid: [], failed: [], [outcome]: [{ invoice, start, end }] };
      return { ...EMPTY_BILLING, subscriptions: { [fact.subscription]: register } };
    }
    case 'reversal': {
      const { at, since, inForce, cause, invoice } = fact;
      return { ...EMPTY_BILLING, reversals: { [fact.reversal]: { at, since, inForce, cause, invoice } } };
    }
    case 'customer': {
      const { at, deleted, card, email } = fact;
      return { ...EMPTY_BILLING, customers: { [fact.customer]: { at, deleted, card, email } } };
    }
  }
}

/** Commutative, associative and idempotent: the order and the number of deliveries cannot matter. */
export function join(a: BillingState, b: BillingState): BillingState {
  return {
    subscriptions: joinMaps(a.subscriptions, b.subscriptions, joinSubscriptions),
    reversals: joinMaps(a.reversals, b.reversals, (one, other) =>
      greater(one, other, (x, y) => x.at - y.at || Number(x.inForce) - Number(y.inForce)),
    ),
    customers: joinMaps(a.customers, b.customers, (one, other) =>
      greater(one, other, (x, y) => Number(x.deleted) - Number(y.deleted) || x.at - y.at),
    ),
  };
}

export function reduce(state: BillingState, facts: readonly Fact[]): BillingState {
  return facts.reduce((known, fact) => join(known, stateOf(fact)), state);
}

/** Name under which the period of a paused collection is entered, for each behaviour of the pause. */
export function pausedInvoice(behavior: string): string {
  return `paused/${behavior}`;
}

/**
 * While collection is paused the provider goes on to count periods, for which no money will come. The period in
 * which a pause was seen is remembered, so that the end of the pause does not take away what it gave.
 */
function pausedPeriod({
  status,
  pausedCollection,
  periodStart,
  periodEnd,
}: SubscriptionSnapshot): InvoiceRegister[] {
  if (status !== 'active' || pausedCollection === undefined) return [];
  if (periodStart === undefined || periodEnd === undefined) return [];
  const invoice = pausedInvoice(pausedCollection.behavior);
  return [{ invoice, start: periodStart, end: periodEnd }];
}

function joinSubscriptions(a: SubscriptionRegister, b: SubscriptionRegister): SubscriptionRegister {
  const latest = joinLatest(a.latest, b.latest);
  return {
    ...(latest && { latest }),
    paid: joinInvoices(a.paid, b.paid),
    failed: joinInvoices(a.failed, b.failed),
  };
}

function joinLatest(a?: LatestSnapshot, b?: LatestSnapshot): LatestSnapshot | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareSnapshots(a, b);
  const winner = order >= 0 ? a : b;
  const tied = a.at === b.at ? a.tied || b.tied || order !== 0 : winner.tied;
  return winner.tied === tied ? winner : { ...winner, tied };
}

/**
 * The newest of both. Payments and failures are kept apart and the period is part of an entry's identity, so that no
 * entry ever moves: only then is dropping the oldest the same in every order of arrival.
 */
function joinInvoices(
  a: readonly InvoiceRegister[],
  b: readonly InvoiceRegister[],
): readonly InvoiceRegister[] {
  return [...a, ...b]
    .sort(compareInvoices)
    .filter((entry, index, sorted) => index === 0 || compareInvoices(sorted[index - 1]!, entry) !== 0)
    .slice(0, INVOICES_KEPT);
}

/** Latest start first, of those the earliest end. */
function compareInvoices(a: InvoiceRegister, b: InvoiceRegister): number {
  return b.start - a.start || a.end - b.end || compareText(a.invoice, b.invoice);
}

function joinMaps<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  joinValues: (one: T, other: T) => T,
): Readonly<Record<string, T>> {
  const joined = new Map(Object.entries(a));
  for (const [id, value] of Object.entries(b)) {
    const known = joined.get(id);
    joined.set(id, known === undefined ? value : joinValues(known, value));
  }
  return Object.fromEntries(joined);
}

function greater<T>(a: T, b: T, compare: (a: T, b: T) => number): T {
  return (compare(a, b) || compareText(canonical(a), canonical(b))) >= 0 ? a : b;
}
