import { accessOf, unpaidFrom, type Access, type SubscriptionState } from '../access';
import type { SubscriptionSnapshot } from './fact';
import {
  pausedInvoice,
  type BillingState,
  type InvoiceRegister,
  type LatestSnapshot,
  type SubscriptionRegister,
} from './registers';
import { purchasedPlan, type BillingTerms, type PurchasedPlan } from './terms';

/** What one subscription is good for. */
export interface SubscriptionAccess extends Access {
  readonly subscription: string;
  /** As the provider would put it now; `paused` also for a paused collection that suspends service. */
  readonly standing: SubscriptionSnapshot['status'];
  /** `undefined`: none of its prices is in the catalogue. */
  readonly purchased: PurchasedPlan | undefined;
  /** What lies between this instant and `accessUntil` is credit: slack or grace. */
  readonly paidUntil: number;
  /** The provider will charge again by itself. */
  readonly renews: boolean;
  /** The money of the current period was taken back, and the terms say that this ends access. */
  readonly reversed: boolean;
  readonly latest: LatestSnapshot;
}

/** @returns `undefined` while nothing but invoices is known of it */
export function subscriptionAccess(
  subscription: string,
  register: SubscriptionRegister,
  billing: BillingState,
  terms: BillingTerms,
): SubscriptionAccess | undefined {
  const { latest } = register;
  if (latest === undefined) return undefined;
  const { snapshot } = latest;
  const purchased = purchasedPlan(snapshot.items, terms.plans);
  const covered = newestPaid(register, terms);
  const { standing, state } = subscriptionState(snapshot, register, covered, billing, terms);
  const access = accessOf(state, {
    graceDays: purchased?.plan.graceDays ?? 0,
    renewalSlackMs: terms.renewalSlackMs,
  });
  const reversedAt = reversal(covered, billing, terms);
  const reversed = reversedAt !== undefined && reversedAt < access.accessUntil;
  const accessUntil = reversed ? reversedAt : access.accessUntil;
  return {
    subscription,
    standing,
    purchased,
    accessUntil,
    lapseReason: reversed ? 'payment_failed' : access.lapseReason,
    paidUntil: Math.min(accessUntil, creditStart(state)),
    renews: state.renews,
    reversed,
    latest,
  };
}

/** The registers in the words of `lib/domain/access.ts`. */
function subscriptionState(
  snapshot: SubscriptionSnapshot,
  register: SubscriptionRegister,
  covered: InvoiceRegister | undefined,
  billing: BillingState,
  terms: BillingTerms,
): { standing: SubscriptionSnapshot['status']; state: SubscriptionState } {
  const { trialEnd, cancelAt, periodEnd = 0 } = snapshot;
  const deletedAt = deletion(snapshot, billing);
  const endsAt = earliest(snapshot.endedAt ?? cancelAt, deletedAt);
  const status = deletedAt === undefined ? standingOf(snapshot, register, terms) : 'canceled';
  const known = {
    paidThrough: later(covered?.end, status === 'active' ? snapshot.creditUntil : undefined),
    unpaidSince: unpaidSince(snapshot, register, covered),
    trialEnd,
    endsAt,
  };
  const renews = endsAt === undefined || endsAt > Math.max(periodEnd, known.paidThrough ?? 0);

  if (status === 'trialing') {
    return { standing: status, state: { ...known, status, renews: renews && converts(snapshot, billing) } };
  }
  if (status === 'canceled') {
    // A trial that ran its time and was never paid for has ended as a trial, whatever the provider calls it.
    const ranOut = trialEnd !== undefined && (endsAt ?? trialEnd) >= trialEnd;
    const paidBeyond = (known.paidThrough ?? 0) > (trialEnd ?? 0);
    const ended = ranOut && !paidBeyond ? 'trialing' : 'canceled';
    return { standing: status, state: { ...known, status: ended, renews: false } };
  }
  if (status === 'paused') {
    // Without an end of its own, a pause leaves what was paid for or on trial.
    const granted = later(known.paidThrough, trialEnd);
    return { standing: status, state: { ...known, status, endsAt: endsAt ?? granted, renews: false } };
  }
  if (status === 'active' && later(known.paidThrough, trialEnd) === undefined) {
    // The provider says so a moment before it tells of the payment that made it so.
    return { standing: 'incomplete', state: { ...known, status: 'incomplete', renews } };
  }
  return { standing: status, state: { ...known, status, renews } };
}

function standingOf(
  snapshot: SubscriptionSnapshot,
  register: SubscriptionRegister,
  terms: BillingTerms,
): SubscriptionSnapshot['status'] {
  const status = settledStatus(snapshot, register);
  return status === 'active' && isSuspended(snapshot, terms) ? 'paused' : status;
}

/**
 * The provider calls a subscription active as soon as its newest invoice is paid; knowing of that payment is knowing
 * of the status, though the snapshot be older.
 *
 * @see https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
 */
function settledStatus(
  { status, latestInvoice }: SubscriptionSnapshot,
  { paid }: SubscriptionRegister,
): SubscriptionSnapshot['status'] {
  if (status !== 'incomplete' && status !== 'past_due' && status !== 'unpaid') return status;
  const isPaid = paid.some(({ invoice }) => invoice === latestInvoice);
  return isPaid ? 'active' : status;
}

/** The period that was paid for last; a later start beats a later end, as a change of interval shortens what was paid. */
function newestPaid({ paid }: SubscriptionRegister, terms: BillingTerms): InvoiceRegister | undefined {
  const suspended = terms.voidedInvoices === 'lapse' ? pausedInvoice('void') : undefined;
  return paid.find(({ invoice }) => invoice !== suspended);
}

/** Start of the period whose charge failed: that of the newest invoice, or the earliest known when nothing was ever paid. */
function unpaidSince(
  { latestInvoice }: SubscriptionSnapshot,
  { failed }: SubscriptionRegister,
  covered: InvoiceRegister | undefined,
): number | undefined {
  if (covered === undefined) return failed.at(-1)?.start;
  return failed.find(({ invoice }) => invoice === latestInvoice)?.start;
}

/** A trial becomes a paid period when there is a card to charge, or when the provider bills without one. */
function converts(snapshot: SubscriptionSnapshot, billing: BillingState): boolean {
  const { card, convertsWithoutCard, customer } = snapshot;
  const customerCard = customer !== undefined && billing.customers[customer]?.card === true;
  return card === true || convertsWithoutCard === true || customerCard;
}

function isSuspended({ pausedCollection, periodEnd }: SubscriptionSnapshot, terms: BillingTerms): boolean {
  if (pausedCollection?.behavior !== 'void' || terms.voidedInvoices === 'serve') return false;
  const { resumesAt } = pausedCollection;
  // A pause that is over before the next invoice suspends nothing.
  return resumesAt === undefined || resumesAt > (periodEnd ?? 0);
}

/** Providers end a deleted customer's subscriptions; the deletion may be heard of first, or alone. */
function deletion({ customer }: SubscriptionSnapshot, billing: BillingState): number | undefined {
  const record = customer === undefined ? undefined : billing.customers[customer];
  return record?.deleted ? record.at : undefined;
}

/** Since when the money of the current period is gone; reversals of earlier periods change nothing. */
function reversal(
  covered: InvoiceRegister | undefined,
  billing: BillingState,
  terms: BillingTerms,
): number | undefined {
  if (covered === undefined) return undefined;
  const instants = Object.values(billing.reversals)
    .filter(({ invoice, inForce }) => inForce && invoice === covered.invoice)
    .filter(({ cause }) => (cause === 'refund' ? terms.refunds : terms.disputes) === 'lapse')
    .map(({ since }) => since);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function creditStart(state: SubscriptionState): number {
  if (state.status === 'past_due') return unpaidFrom(state);
  return Math.max(state.paidThrough ?? 0, state.trialEnd ?? 0);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
