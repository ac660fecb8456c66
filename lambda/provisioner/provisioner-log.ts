/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';
const METRIC = 'UsageKeysExhausted';

/**
 * The line, and the metric, for an account that stays on a pool key because the Region holds as many keys as it may.
 *
 * @param timestamp milliseconds since the epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function exhaustedLine(accountId: string, functionName: string, timestamp: number): string {
  return JSON.stringify({
    level: 'WARN',
    message: 'usage_keys_exhausted',
    accountId,
    FunctionName: functionName,
    [METRIC]: 1,
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        { Namespace: NAMESPACE, Dimensions: [['FunctionName']], Metrics: [{ Name: METRIC, Unit: 'Count' }] },
      ],
    },
  });
}
