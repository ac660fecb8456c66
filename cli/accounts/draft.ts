import {
  accessOf,
  DEFAULT_RENEWAL_SLACK_MS,
  SUBSCRIPTION_STATUSES,
  UNLIMITED_ACCESS,
  type Access,
  type SubscriptionState,
  type SubscriptionStatus,
} from '../../lib/domain/access';
import type { CatalogueDefinition, PlanDefinition } from '../../lib/domain/plan';
import { errors } from '../errors';
import { parseInstant } from '../input';

/** Options of `accounts create` as typed. */
export interface DraftOptions {
  readonly plan?: string;
  readonly status?: string;
  readonly paidThrough?: string;
  readonly trialEnd?: string;
  readonly endsAt?: string;
  /** False with `--no-renew`. */
  readonly renew?: boolean;
}

/** What an account starts with. */
export interface AccountDraft extends Access {
  readonly plan?: string;
}

const DAY_MS = 86_400_000;

/** What each status needs to be told, beyond the plan. */
const NEEDS: Readonly<Partial<Record<SubscriptionStatus, 'paidThrough' | 'trialEnd'>>> = {
  active: 'paidThrough',
  past_due: 'paidThrough',
  trialing: 'trialEnd',
};

/**
 * Reads the options of `accounts create`. Without a status, access to the plan is granted by hand and does not end;
 * with one, it follows from the subscription as the billing provider's facts would make it follow.
 */
export function draftAccount(options: DraftOptions, offer: CatalogueDefinition, now: number): AccountDraft {
  const plan = options.plan === undefined ? undefined : mustPlan(options.plan, offer);
  const status = options.status === undefined ? undefined : mustStatus(options.status);
  if (status === undefined || status === 'none') {
    refuseUnused(options, status === 'none' ? 'with --status none' : 'without --status');
  }
  if (status === undefined) {
    return plan === undefined ? accessWithoutPlan() : { ...UNLIMITED_ACCESS, plan: plan.id };
  }
  if (plan === undefined) {
    if (status === 'none') return accessWithoutPlan();
    throw errors.planNeeded(
      status,
      offer.plans.map(({ id }) => id),
    );
  }
  const state = readState(status, options, plan, now);
  const terms = { graceDays: plan.graceDays, renewalSlackMs: DEFAULT_RENEWAL_SLACK_MS };
  return { ...accessOf(state, terms), plan: plan.id };
}

function readState(
  status: SubscriptionStatus,
  options: DraftOptions,
  plan: PlanDefinition,
  now: number,
): SubscriptionState {
  const instant = (name: string, text: string | undefined) =>
    text === undefined ? undefined : parseInstant(name, text, now);
  const paidThrough = instant('--paid-through', options.paidThrough);
  const planTrialEnd =
    status === 'trialing' && plan.trialDays > 0 ? now + plan.trialDays * DAY_MS : undefined;
  const trialEnd = instant('--trial-end', options.trialEnd) ?? planTrialEnd;
  if (NEEDS[status] === 'paidThrough' && paidThrough === undefined && trialEnd === undefined) {
    throw errors.optionNeeded(status, '--paid-through');
  }
  if (NEEDS[status] === 'trialEnd' && trialEnd === undefined)
    throw errors.optionNeeded(status, '--trial-end');
  const endsAt = instant('--ends-at', options.endsAt);
  // A trial on the laptop has no card behind it; --no-renew says the same of a subscription.
  const renews = options.renew !== false && status !== 'trialing' && endsAt === undefined;
  return { status, paidThrough, trialEnd, endsAt, renews };
}

function accessWithoutPlan(): AccountDraft {
  return { accessUntil: 0, lapseReason: 'no_subscription' };
}

function refuseUnused(options: DraftOptions, why: string): void {
  const instants = {
    '--paid-through': options.paidThrough,
    '--trial-end': options.trialEnd,
    '--ends-at': options.endsAt,
  };
  for (const [name, value] of Object.entries(instants)) {
    if (value !== undefined) throw errors.optionUnused(name, why);
  }
}

/** @throws CliError `UnknownPlan` */
export function mustPlan(id: string, offer: CatalogueDefinition): PlanDefinition {
  const plan = offer.plans.find((candidate) => candidate.id === id);
  if (plan) return plan;
  throw errors.unknownPlan(
    id,
    offer.plans.map((candidate) => candidate.id),
  );
}

function mustStatus(text: string): SubscriptionStatus {
  const status = SUBSCRIPTION_STATUSES.find((candidate) => candidate === text);
  if (status === undefined) throw errors.unknownStatus(text, SUBSCRIPTION_STATUSES);
  return status;
}
