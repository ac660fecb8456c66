/**
 * List prices of us-east-1 in US dollars as known in November 2026, without free tiers. Each as its service charges.
 *
 * @see https://aws.amazon.com/api-gateway/pricing/
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 * @see https://aws.amazon.com/cloudwatch/pricing/
 * @see https://aws.amazon.com/secrets-manager/pricing/
 * @see https://aws.amazon.com/eventbridge/pricing/
 * @see https://aws.amazon.com/sqs/pricing/
 * @see https://aws.amazon.com/kms/pricing/
 */
export const PRICES = {
  /** Per million REST API calls, by tier: so many millions at that price. */
  restApiTiers: [
    { millions: 333, price: 3.5 },
    { millions: 667, price: 2.8 },
    { millions: 19_000, price: 2.38 },
    { millions: Infinity, price: 1.51 },
  ],
  /** Per million invocations. */
  lambdaRequests: 0.2,
  /** Per GB-second on arm64. */
  lambdaGbSecond: 0.0000133334,
  /** Per million write request units: a write of up to 1 KB each. */
  dynamoDbWrites: 0.625,
  /** Per million read request units: a strongly consistent read of up to 4 KB each. */
  dynamoDbReads: 0.125,
  /** Per GB and month. */
  dynamoDbStorage: 0.25,
  /** Point-in-time recovery, per GB and month. */
  dynamoDbRecovery: 0.2,
  /** Per GB that is written. */
  logIngestion: 0.5,
  /** Per GB and month, before compression. */
  logStorage: 0.03,
  /** Per metric and month, in hours in which it has data. */
  customMetric: 0.3,
  /** Per alarm and month. */
  alarm: 0.1,
  /** Per dashboard and month. */
  dashboard: 3,
  /** Per secret and month. */
  secret: 0.4,
  /** Per key and month. */
  kmsKey: 1,
  /** Per million events of a custom bus. */
  eventBridge: 1,
  /** Per million requests. */
  sqs: 0.4,
} as const;

/** A month of 30 days, seconds. */
export const MONTH_SECONDS = 2_592_000;

/** What so many million REST API calls in a month cost. */
export function restApiCalls(millions: number): number {
  let left = millions;
  let dollars = 0;
  for (const tier of PRICES.restApiTiers) {
    const taken = Math.min(left, tier.millions);
    dollars += taken * tier.price;
    left -= taken;
  }
  return dollars;
}

/** What a million invocations of a function on arm64 cost. */
export function lambdaCalls(memoryMb: number, billedMs: number): number {
  return PRICES.lambdaRequests + (memoryMb / 1024) * (billedMs / 1000) * 1e6 * PRICES.lambdaGbSecond;
}
