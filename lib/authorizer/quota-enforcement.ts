import { Duration } from 'aws-cdk-lib';

/** Options of `QuotaEnforcement.usagePlan`. */
export interface UsagePlanQuotaOptions {
  /**
   * How long API Gateway may reuse an answer of the authorizer for the same credential and method. It saves function
   * calls, and is the longest time for which a revoked key, an ended access or a token past its expiry are still served.
   *
   * A refusal is reused, too. When an account changes, the stage's cache is flushed: a payment opens the API within
   * seconds as a rule, and after this time at the latest.
   *
   * Whole seconds, 0 to 3600; zero turns the cache off.
   *
   * @default Duration.seconds(0)
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
   */
  readonly resultsCacheTtl?: Duration;
}

/** Who counts the units of a quota. */
export class QuotaEnforcement {
  /** The authorizer counts: never oversold, at any concurrency. One write to DynamoDB per lease. */
  public static exact(): QuotaEnforcement {
    return new QuotaEnforcement('exact', Duration.seconds(0));
  }

  /**
   * The usage plans of API Gateway count requests; the authorizer writes no more than the day on which a key was last
   * used, once. AWS calls these quotas best effort: they may be exceeded, and nobody can be told what is left. They know
   * requests per UTC day or calendar month and no more, so that soft limits, grace quotas, anniversaries, weeks and
   * routes of more than one unit fail synth; credits, quantities and limits of an account's own have no effect.
   *
   * Each account needs an API Gateway key of its own, and so the paywall a `UsageKeyProvisioner` for all of its plans.
   * Until the first key of an account is honoured, its paid routes answer 403, never 402; afterwards a change of plan
   * refuses nobody, as long as the Region has room for another key (10,000 unless AWS has raised it).
   */
  public static usagePlan(options: UsagePlanQuotaOptions = {}): QuotaEnforcement {
    return new QuotaEnforcement('usage-plan', options.resultsCacheTtl ?? Duration.seconds(0));
  }

  /** Name as the functions know it. */
  public readonly name: string;
  /** How long API Gateway may reuse an answer of the authorizer. */
  public readonly resultsCacheTtl: Duration;

  private constructor(name: string, resultsCacheTtl: Duration) {
    this.name = name;
    this.resultsCacheTtl = resultsCacheTtl;
  }

  /** @internal */
  public get _byUsagePlan(): boolean {
    return this.name === 'usage-plan';
  }
}
