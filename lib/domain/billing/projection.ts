import type { Access } from '../access';
import type { SubscriptionSnapshot } from './fact';
import type { BillingState } from './registers';
import { canonical, compareText } from './snapshot-order';
import { subscriptionAccess, type SubscriptionAccess } from './subscription-access';
import type { BillingTerms } from './terms';

/** What the subscriptions of an account come to. Instants are milliseconds since the epoch. */
export interface AccountProjection extends Access {
  /** Plan id; absent: what was bought is in no plan of the catalogue. */
  readonly plan?: string;
  /** Whole number above 0; multiplies the plan's quota. */
  readonly quantity: number;
  /** Paid for until then; what lies between it and `accessUntil` is credit. */
  readonly paidUntil: number;
  /** Start of the quota's anniversary periods; absent: as it was. */
  readonly anchorAt?: number;
  /** The provider charges again by itself. */
  readonly renews: boolean;
  /** Where the subscription stands; `none`: the access is that of before billing. */
  readonly standing: SubscriptionSnapshot['status'] | 'none';
  readonly reversed: boolean;
}

/** Access that does not come from a subscription, on a free plan or granted by hand; it returns when they have ended. */
export interface BaseAccess extends Access {
  readonly plan: string;
}

/**
 * The account that follows from the registers. Pure, and without a clock: `accessUntil` says when.
 *
 * A live subscription goes before one in arrears, the better plan before the cheaper one, longer access before
 * shorter. Where no subscription is alive, what is left of the longest counts, and the newest one says why it ended.
 *
 * @returns `undefined` as long as no subscription is known: billing has nothing to say then
 */
export function projectAccount(
  state: BillingState,
  terms: BillingTerms,
  base?: BaseAccess,
): AccountProjection | undefined {
  const candidates = Object.entries(state.subscriptions)
    .map(([id, register]) => subscriptionAccess(id, register, state, terms))
    .filter((candidate) => candidate !== undefined);
  if (candidates.length === 0) return undefined;

  const best = candidates.reduce((one, other) => (compareAccess(one, other) >= 0 ? one : other));
  if (base !== undefined && candidates.every(isOver)) return { ...fromBase(base) };
  const why = tier(best) >= IN_ARREARS ? best : newest(candidates);
  const { snapshot } = best.latest;
  return {
    ...(best.purchased && { plan: best.purchased.plan.id }),
    quantity: best.purchased?.quantity ?? 1,
    accessUntil: best.accessUntil,
    lapseReason: why.lapseReason,
    paidUntil: best.paidUntil,
    ...(snapshot.anchorAt !== undefined && { anchorAt: snapshot.anchorAt }),
    renews: best.renews,
    standing: why.standing,
    reversed: why.reversed,
  };
}

const LIVING: readonly string[] = ['trialing', 'active', 'past_due', 'paused', 'unpaid'];

/** Whether another customer of the account has a subscription that lives: it would be lost if this one replaced it. */
export function livesWithAnotherCustomer(state: BillingState, customer: string): boolean {
  return Object.values(state.subscriptions).some(({ latest }) => {
    if (latest === undefined || !LIVING.includes(latest.snapshot.status)) return false;
    const owner = latest.snapshot.customer;
    return owner !== undefined && owner !== customer && state.customers[owner]?.deleted !== true;
  });
}

const LIVE = 3;
const IN_ARREARS = 2;

function tier({ standing, reversed, purchased }: SubscriptionAccess): number {
  if (purchased === undefined || standing === 'incomplete_expired') return 0;
  if (reversed) return 1;
  if (standing === 'active' || standing === 'trialing') return LIVE;
  return standing === 'past_due' ? IN_ARREARS : 1;
}

function compareAccess(a: SubscriptionAccess, b: SubscriptionAccess): number {
  const alive = tier(a) >= IN_ARREARS;
  return (
    tier(a) - tier(b) ||
    (alive ? a.purchased!.rank - b.purchased!.rank : 0) ||
    a.accessUntil - b.accessUntil ||
    compareAge(a, b)
  );
}

function newest(candidates: readonly SubscriptionAccess[]): SubscriptionAccess {
  // A first payment that was never made says nothing about the subscriptions before it.
  const told = candidates.filter(({ standing }) => standing !== 'incomplete_expired');
  return (told.length > 0 ? told : candidates).reduce((a, b) => (compareAge(a, b) >= 0 ? a : b));
}

function compareAge({ latest: a }: SubscriptionAccess, { latest: b }: SubscriptionAccess): number {
  return (
    a.snapshot.createdAt - b.snapshot.createdAt || compareText(canonical(a.snapshot), canonical(b.snapshot))
  );
}

/** Ended for good, or never begun, and nothing of it left at the provider's own time. */
function isOver({ standing, accessUntil, latest }: SubscriptionAccess): boolean {
  return (
    ['canceled', 'incomplete', 'incomplete_expired'].includes(standing) &&
    accessUntil <= Math.max(latest.at, latest.snapshot.endedAt ?? 0)
  );
}

function fromBase(base: BaseAccess): AccountProjection {
  return {
    ...base,
    quantity: 1,
    paidUntil: base.accessUntil,
    renews: false,
    standing: 'none',
    reversed: false,
  };
}
