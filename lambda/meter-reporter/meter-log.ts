import type { Outcome } from './report';

/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

/** What a run came to. */
export interface Summary {
  /** Units that Stripe has taken. */
  readonly units: number;
  /** Accounts that they are of. */
  readonly accounts: number;
  /** Accounts whose units wait for a customer. */
  readonly waiting: number;
  /** Accounts whose units could not be reported. */
  readonly failed: number;
}

const LEVELS: Readonly<Record<Outcome['kind'], string>> = {
  reported: 'INFO',
  'no-customer': 'INFO',
  unknown: 'WARN',
  refused: 'ERROR',
  stuck: 'ERROR',
};

export function reportLine(account: string, { kind, ...more }: Outcome): string {
  return JSON.stringify({ level: LEVELS[kind], message: 'overage', account, outcome: kind, ...more });
}

/**
 * One line per run, with its counts as metrics in CloudWatch's embedded format.
 *
 * @param timestamp milliseconds since the epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function summaryLine(summary: Summary, functionName: string, timestamp: number): string {
  const metrics = { ReportedOverage: summary.units, NotReported: summary.failed };
  return JSON.stringify({
    level: 'INFO',
    message: 'overage reported',
    ...summary,
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
