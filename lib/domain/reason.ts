/**
 * Why money is missing: a closed list and public contract. Each reason has a page in `docs/problems/`.
 */
export const REASONS = [
  'no_subscription',
  'trial_ended',
  'payment_failed',
  'payment_incomplete',
  'subscription_canceled',
  'subscription_paused',
  'quota_exceeded',
  'plan_upgrade_required',
] as const;

export type Reason = (typeof REASONS)[number];

/** Reasons that follow from the state of the subscription alone: what `lapseReason` may hold. */
export const LAPSE_REASONS = [
  'no_subscription',
  'trial_ended',
  'payment_failed',
  'payment_incomplete',
  'subscription_canceled',
  'subscription_paused',
] as const satisfies readonly Reason[];

export type LapseReason = (typeof LAPSE_REASONS)[number];

/** What the caller can do about it. */
export const ACTIONS = [
  'subscribe',
  'update_payment_method',
  'complete_payment',
  'upgrade_plan',
  'resume',
  'contact_seller',
] as const;

export type Action = (typeof ACTIONS)[number];

export const ACTION_OF: Readonly<Record<Reason, Action>> = {
  no_subscription: 'subscribe',
  trial_ended: 'subscribe',
  payment_failed: 'update_payment_method',
  payment_incomplete: 'complete_payment',
  subscription_canceled: 'subscribe',
  subscription_paused: 'resume',
  quota_exceeded: 'upgrade_plan',
  plan_upgrade_required: 'upgrade_plan',
};
