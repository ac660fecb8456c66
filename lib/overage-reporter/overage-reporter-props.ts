import type { Duration } from 'aws-cdk-lib';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Paywall } from '../paywall/paywall';

/** Props of `OverageReporter`. */
export interface OverageReporterProps {
  /** The paywall whose accounts' overage is reported: at least one plan has to have a quota with `maxOverage`. */
  readonly paywall: Paywall;

  /** API key of Stripe, as the whole plain text of the secret. A restricted key that may write meter events is enough. */
  readonly apiKey: secretsmanager.ISecret;

  /**
   * `event_name` of the meter in Stripe. The meter sums (`sum`) raw values, with the default names of its payload:
   * `stripe_customer_id` and `value`. What a unit costs is said by the prices on this meter that a customer subscribes to,
   * one for each plan if you like. 1 to 100 characters.
   *
   * @see https://docs.stripe.com/billing/subscriptions/usage-based/meters/configure
   */
  readonly meterEventName: string;

  /**
   * How often. What was used since is reported at once, as one event per account. 5 minutes to 12 hours: a report whose
   * answer was lost has to be repeated while Stripe knows its identifier.
   *
   * @default Duration.hours(1)
   */
  readonly rate?: Duration;
}
