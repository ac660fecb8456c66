import { isLoss, type Finding } from './finding';
import type { Summary } from './reconcile';

/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

/** Who was repaired, and why it was necessary. */
export function repairedLine({ account, cause, source }: Finding): string {
  const level = isLoss(cause) ? 'WARN' : 'INFO';
  return JSON.stringify({ level, message: 'repaired', account, cause, source });
}

export function failedLine(what: string, error: unknown): string {
  return JSON.stringify({ level: 'ERROR', message: 'not reconciled', source: what, cause: String(error) });
}

/**
 * One line per run, with its counts as metrics in CloudWatch's embedded format.
 *
 * @param timestamp milliseconds since the epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function summaryLine(summary: Summary, functionName: string, timestamp: number): string {
  const metrics = {
    Reconciled: summary.checked,
    Repaired: summary.repaired.filter(({ cause }) => isLoss(cause)).length,
    NotReconciled: summary.failed,
  };
  return JSON.stringify({
    level: 'INFO',
    message: 'reconciled',
    done: summary.done,
    FunctionName: functionName,
    ...metrics,
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['FunctionName']],
          Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
  });
}
