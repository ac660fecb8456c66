import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** Namespace of the metrics that the function writes with its log (embedded metric format). */
const NAMESPACE = 'CdkApiPaywall';

export function authorizerMetric(
  functionName: string,
  metricName: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { FunctionName: functionName },
    statistic: cloudwatch.Stats.SUM,
    ...options,
  });
}
