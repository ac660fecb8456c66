import { Duration } from 'aws-cdk-lib';

/** How often accounts are compared with what Stripe says of their subscriptions. */
export class Reconciliation {
  /**
   * A comparison of everything begins as often as this. 1 hour to 30 days: for as long as Stripe keeps its record of
   * events.
   *
   * @throws PaywallError from `BillingWebhook` when outside the range
   */
  public static every(rate: Duration): Reconciliation {
    return new Reconciliation(rate);
  }

  /** Once a day. */
  public static daily(): Reconciliation {
    return new Reconciliation(Duration.days(1));
  }

  /** Never: an event that Stripe gives up delivering is lost. */
  public static off(): Reconciliation {
    return new Reconciliation();
  }

  private constructor(
    /** @internal */
    public readonly _rate?: Duration,
  ) {}
}
