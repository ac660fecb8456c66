import type { Duration } from 'aws-cdk-lib';
import type { Paywall } from '../paywall/paywall';

/** Props of `UsageKeyProvisioner`. */
export interface UsageKeyProvisionerProps {
  /** The paywall whose accounts get API Gateway keys of their own. */
  readonly paywall: Paywall;

  /**
   * Ids of the plans whose accounts get own keys. A Region holds 10,000 keys: leave out a free plan with more accounts
   * than that, or it takes the places of those who pay.
   *
   * @default - all plans
   */
  readonly plans?: string[];

  /**
   * How long API Gateway may take to honour a new key. Until then the account goes on with the key that it has, or
   * with a shared one, so that waiting costs nothing. Whole seconds, 1 minute to 1 hour.
   *
   * @default Duration.minutes(10)
   */
  readonly activationWait?: Duration;
}
