/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

export const METRIC_OF = {
  applied: 'Applied',
  ignored: 'Ignored',
  parked: 'Parked',
  conflict: 'Conflict',
  'no-such-account': 'NoSuchAccount',
  refused: 'Refused',
  fault: 'Fault',
} as const;

export type WebhookOutcome = keyof typeof METRIC_OF;

const LEVEL_OF: Readonly<Partial<Record<WebhookOutcome, string>>> = {
  conflict: 'WARN',
  'no-such-account': 'WARN',
  refused: 'WARN',
  fault: 'ERROR',
};

/** What a line says; never a secret, a signature or the body. */
export interface WebhookEntry {
  readonly provider: string;
  readonly eventId?: string;
  readonly eventType?: string;
  readonly account?: string;
  /** Why it was ignored, refused or failed. */
  readonly cause?: string;
  /** What may be done about it. */
  readonly hint?: string;
  /** Why the bus did not take the events of the change. */
  readonly unpublished?: string;
  readonly requestId: string;
  readonly durationMs: number;
}

/**
 * One line per event: JSON for people who search, with the metrics in CloudWatch's embedded format.
 *
 * @param timestamp milliseconds since the epoch
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function webhookLine(
  outcome: WebhookOutcome,
  entry: WebhookEntry,
  functionName: string,
  timestamp: number,
): string {
  const metrics = [METRIC_OF[outcome], ...(entry.unpublished === undefined ? [] : ['Unpublished'])];
  return JSON.stringify({
    level: LEVEL_OF[outcome] ?? (entry.unpublished === undefined ? 'INFO' : 'WARN'),
    message: 'webhook',
    outcome,
    ...entry,
    FunctionName: functionName,
    ...Object.fromEntries(metrics.map((name) => [name, 1])),
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['FunctionName']],
          Metrics: metrics.map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
  });
}
