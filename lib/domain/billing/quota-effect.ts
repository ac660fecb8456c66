import type { AccountRecord } from '../account';
import { periodAt, periodStart } from '../period';
import type { PlanDefinition, QuotaDefinition } from '../plan';
import { periodLimit, type Entitlement } from '../quota';
import type { AccountProjection } from './projection';

/** What a change of plan, quantity or payment does to the units of the open period. */
export type QuotaEffect =
  | { readonly kind: 'none' }
  /** Added to what remains: the difference of the limits, so that what was used stays used. */
  | { readonly kind: 'add'; readonly units: number }
  /** The period of the new plan that holds this moment; the units are added to what remains, as before. */
  | {
      readonly kind: 'open';
      readonly periodId: string;
      readonly periodEnd: number;
      readonly units: number;
    }
  /** The period is over, or nothing can be carried over: the next request opens one. */
  | { readonly kind: 'close' };

const NONE: QuotaEffect = { kind: 'none' };

/** What of an account its limit follows from. */
export type QuotaTerms = Entitlement & Pick<AccountRecord, 'plan' | 'anchorAt'>;

/** The effect of a new projection on the period that an account has open; what the account has of its own stays. */
export function quotaEffect(
  account: AccountRecord,
  { plan, quantity, paidUntil, anchorAt = account.anchorAt }: AccountProjection,
  plans: readonly PlanDefinition[],
  now: number,
): QuotaEffect {
  return effectOnPeriod(account, { ...account, plan, quantity, paidUntil, anchorAt }, plans, now);
}

/**
 * The effect of a change on the period that an account has open. Differences telescope: whatever states were passed
 * through on the way, what remains is the limit of the last one less what was used.
 *
 * @param now only used when the new plan counts in other periods than the old one
 */
export function effectOnPeriod(
  account: AccountRecord,
  after: QuotaTerms,
  plans: readonly PlanDefinition[],
  now: number,
): QuotaEffect {
  const from = plans.find(({ id }) => id === account.plan);
  const to = plans.find(({ id }) => id === after.plan);
  const start = periodStart(account.periodId);
  if (start === undefined) return NONE;
  // Of a plan that the catalogue does not know nobody can say what was used.
  const isUnknown = (id: string | undefined, plan: PlanDefinition | undefined) => id !== undefined && !plan;
  if (isUnknown(account.plan, from) || isUnknown(after.plan, to))
    return from === to ? NONE : { kind: 'close' };
  if (from?.quota === undefined && to?.quota === undefined) return NONE;

  const limitBefore = limitOf(from, account, start);
  if (from?.quota && to?.quota && sameLength(from.quota, to.quota))
    return add(limitOf(to, after, start) - limitBefore);
  if (now >= account.periodEnd) return { kind: 'close' };
  if (to?.quota === undefined) return add(-limitBefore);
  const { period, anchor } = to.quota;
  // Never a period before the open one: a clock that is late would open again what was spent.
  const next = periodAt(period, anchor, after.anchorAt, Math.max(now, start));
  const isOpen = next.id === account.periodId && next.end === account.periodEnd;
  const units = limitOf(to, after, next.start) - limitBefore;
  return isOpen ? add(units) : { kind: 'open', periodId: next.id, periodEnd: next.end, units };
}

/**
 * Without a quota the limit is nothing rather than everything: what remains then is what was used, below zero. It waits
 * there until a plan with a quota is back, so that no way round by a plan without one starts a period afresh.
 */
function limitOf(plan: PlanDefinition | undefined, terms: QuotaTerms, start: number): number {
  return plan?.quota === undefined ? 0 : periodLimit(plan, terms, start);
}

function add(units: number): QuotaEffect {
  return units === 0 ? NONE : { kind: 'add', units };
}

function sameLength(a: QuotaDefinition, b: QuotaDefinition): boolean {
  return a.period === b.period && a.anchor === b.anchor;
}
