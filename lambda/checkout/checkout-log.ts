/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

const METRIC_OF = {
  'sent-to-checkout': 'CheckoutOpened',
  'sent-to-portal': 'PortalOpened',
  claimed: 'Claimed',
  answered: undefined,
  refused: 'Refused',
  'not-linked': 'NotLinked',
  fault: 'Fault',
} as const;

export type CheckoutOutcome = keyof typeof METRIC_OF;

const LEVEL_OF: Readonly<Partial<Record<CheckoutOutcome, string>>> = {
  'not-linked': 'ERROR',
  fault: 'ERROR',
};

/** What a line says; never a key, a link, a secret or an address that opens a page. */
export interface CheckoutEntry {
  readonly route: string;
  readonly account?: string;
  readonly status: number;
  /** Of a payment that has not reached its account: by its id the seller finds it at Stripe. */
  readonly session?: string;
  /** Why it was refused or failed. */
  readonly cause?: string;
  /** What may be done about it. */
  readonly hint?: string;
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
    level: LEVEL_OF[outcome] ?? 'INFO',
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
