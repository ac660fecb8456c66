import { Duration } from 'aws-cdk-lib';

/** Options of every outage policy. */
export interface OutagePolicyOptions {
  /**
   * How long units that are already leased are honoured past the lease while DynamoDB cannot be reached; never past
   * the end of access, key or period. 0 to 15 minutes.
   *
   * @default Duration.seconds(30)
   */
  readonly outageGrace?: Duration;
}

/** What callers are told while DynamoDB cannot be reached. */
export class OutagePolicy {
  /** 503 to everyone whose units are not leased already: never a silent allow, never a 402. */
  public static refuse(options: OutagePolicyOptions = {}): OutagePolicy {
    return new OutagePolicy('refuse', options);
  }

  /**
   * Callers that the same function environment has lately admitted stay admitted: availability before exactness.
   * What they use meanwhile can pass their quota.
   *
   * @param grace how long after the last admission; above 0, up to 24 hours
   */
  public static admitKnownPayers(grace: Duration, options: OutagePolicyOptions = {}): OutagePolicy {
    return new OutagePolicy('admit-known-payers', options, grace);
  }

  /** Name of the policy as the function knows it. */
  public readonly name: string;
  /** How long leased units are honoured past their lease. */
  public readonly outageGrace: Duration;
  /** How long known payers are admitted; undefined: not at all. */
  public readonly admitGrace?: Duration;

  private constructor(name: string, options: OutagePolicyOptions, admitGrace?: Duration) {
    this.name = name;
    this.outageGrace = options.outageGrace ?? Duration.seconds(30);
    this.admitGrace = admitGrace;
  }
}
