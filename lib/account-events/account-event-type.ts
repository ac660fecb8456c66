/** What can happen to an account: the detail types of events on the bus. More may come; none changes its meaning. */
export enum AccountEventType {
  /** A trial has begun. */
  TRIAL_STARTED = 'trial.started',
  /** A subscription is paid for, for the first time or again after its end. */
  SUBSCRIPTION_ACTIVATED = 'subscription.activated',
  /** Another period is paid for. */
  SUBSCRIPTION_RENEWED = 'subscription.renewed',
  /** The subscription is set to end, and access with it at `accessUntil`. */
  SUBSCRIPTION_CANCELLATION_SCHEDULED = 'subscription.cancellation_scheduled',
  /** The subscription has ended. */
  SUBSCRIPTION_CANCELED = 'subscription.canceled',
  /** The subscription is paused, and serves nothing after `accessUntil`. */
  SUBSCRIPTION_PAUSED = 'subscription.paused',
  /** A paused subscription is active again. */
  SUBSCRIPTION_RESUMED = 'subscription.resumed',
  /** The account is on another plan: `previousPlan` became `plan`. */
  PLAN_CHANGED = 'plan.changed',
  /** What was bought is in no plan of the catalogue: money comes in and opens nothing. */
  PLAN_UNKNOWN = 'plan.unknown',
  /** A charge failed; access ends at `accessUntil`, when the plan's grace is over. */
  PAYMENT_FAILED = 'payment.failed',
  /** What was owed is paid. */
  PAYMENT_RECOVERED = 'payment.recovered',
  /** The money of the current period was taken back by a refund or a dispute, and access with it. */
  PAYMENT_REVERSED = 'payment.reversed',
}
