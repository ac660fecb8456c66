import Stripe from 'stripe';

/** What is wrong with Stripe, for the log; `undefined`: the error is not Stripe's. */
export interface StripeFault {
  /** Waiting helps: no answer, too much at once, trouble at Stripe. Otherwise Stripe refuses what we asked. */
  readonly passes: boolean;
  readonly cause: string;
}

/** @see https://docs.stripe.com/error-low-level */
export function stripeFault(error: unknown): StripeFault | undefined {
  if (!(error instanceof Stripe.errors.StripeError)) return undefined;
  const { type, code, param, statusCode, requestId, message } = error;
  const passes = statusCode === undefined || statusCode === 409 || statusCode === 429 || statusCode >= 500;
  const members = { statusCode, code, param, requestId };
  const told = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : `${name} ${value}`,
  );
  return { passes, cause: `${type}: ${message} (${told.join(', ')})` };
}

/**
 * Whether Stripe goes on giving the same failure to whoever comes with the same idempotency key: its own are kept for a
 * day, and with other parameters (a link secret was rotated meanwhile) it is refused.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export function spendsKey(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return true;
  return error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500;
}
