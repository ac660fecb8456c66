/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

const METRIC_OF = {
  'sent-to-checkout': 'CheckoutOpened',
  'sent-to-portal': 'PortalOpened',
  claimed: 'Claimed',
  answered: undefined,
  refused: 'Refused',
  fault: 'Fault',
} as const;

export type CheckoutOutcome = keyof typeof METRIC_OF;

/** What a line says; never a key, a link, a secret or an address that opens a page. */
export interface CheckoutEntry {
  readonly route: string;
  readonly account?: string;
  readonly status: number;
  /** Why it was refused or failed. */
  readonly cause?: string;
  readonly requestId: string;
  readonly durationMs: number;
}

/**
 * One line per request: JSON for people who search, with the metric in CloudWatch's embedded format.
 *
 * @param timestamp milliseconds since the epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function checkoutLine(
  outcome: CheckoutOutcome,
  entry: CheckoutEntry,
  functionName: string,
  timestamp: number,
): string {
  const metric = METRIC_OF[outcome];
  return JSON.stringify({
    level: outcome === 'fault' ? 'ERROR' : 'INFO',
    message: 'checkout',
    outcome,
    ...entry,
    FunctionName: functionName,
    ...(metric !== undefined && {
      [metric]: 1,
      _aws: {
        Timestamp: timestamp,
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [['FunctionName']],
            Metrics: [{ Name: metric, Unit: 'Count' }],
          },
        ],
      },
    }),
  });
}
