/** Rough running costs in US dollars: list prices of us-east-1 in 2025, without free tiers. */

/**
 * Per month and resource, used or not.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 * @see https://aws.amazon.com/secrets-manager/pricing/
 * @see https://aws.amazon.com/kms/pricing/
 */
const MONTHLY: Readonly<Record<string, number>> = {
  'AWS::CloudWatch::Alarm': 0.1,
  'AWS::CloudWatch::Dashboard': 3,
  'AWS::SecretsManager::Secret': 0.4,
  'AWS::KMS::Key': 1,
};

/**
 * Per million calls: 3.50 API Gateway requests, about 0.60 two Lambda invocations of 10 ms at 256 MB on arm64, about
 * 1.30 DynamoDB writes and reads when half of the calls ride on a lease, about 0.60 logs.
 *
 * @see https://aws.amazon.com/api-gateway/pricing/
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
const PER_MILLION_CALLS = 6;

export interface CostEstimate {
  /** Dollars a month when nobody calls. */
  readonly idle: number;
  /** Dollars for a million calls. */
  readonly perMillionCalls: number;
}

export interface Creation {
  /** Number of resources by CloudFormation type, most first. */
  readonly resources: readonly (readonly [type: string, count: number])[];
  readonly cost: CostEstimate;
}

/** What a template will create and roughly cost. */
export function describeCreation(template: { Resources?: Record<string, { Type: string }> }): Creation {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(template.Resources ?? {})) {
    counts.set(Type, (counts.get(Type) ?? 0) + 1);
  }
  const resources = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const idle = resources.reduce((sum, [type, count]) => sum + (MONTHLY[type] ?? 0) * count, 0);
  return { resources, cost: { idle, perMillionCalls: PER_MILLION_CALLS } };
}
