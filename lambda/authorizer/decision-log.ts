import type { Verdict } from './admission';

/** Namespace of the metrics that the `metricX` methods of the constructs read. */
const NAMESPACE = 'CdkApiPaywall';

const METRIC_OF = {
  allow: 'Allowed',
  unauthorized: 'Unauthorized',
  'payment-required': 'PaymentRequired',
  forbidden: 'Forbidden',
  unavailable: 'Fault',
} as const;

export interface DecisionEntry {
  readonly requestId: string;
  readonly functionName: string;
  readonly route: string;
  readonly account: string;
  /** Beginning of the key's fingerprint; never any part of a key. */
  readonly keyId: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/**
 * One line per decision: JSON for people who search, with the metric in CloudWatch's embedded format.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function decisionLine(entry: DecisionEntry, verdict: Verdict): string {
  const outcome = outcomeOf(verdict);
  const metric = METRIC_OF[outcome];
  return JSON.stringify({
    level: outcome === 'unavailable' ? 'ERROR' : 'INFO',
    message: 'decision',
    outcome,
    ...causeOf(verdict),
    path: verdict.path,
    requestId: entry.requestId,
    account: entry.account,
    keyId: entry.keyId,
    route: entry.route,
    durationMs: Math.round(entry.durationMs * 100) / 100,
    FunctionName: entry.functionName,
    [metric]: 1,
    _aws: {
      Timestamp: entry.timestamp,
      CloudWatchMetrics: [
        { Namespace: NAMESPACE, Dimensions: [['FunctionName']], Metrics: [{ Name: metric, Unit: 'Count' }] },
      ],
    },
  });
}

function outcomeOf(verdict: Verdict): keyof typeof METRIC_OF {
  return verdict.kind === 'refuse' ? verdict.refusal.kind : verdict.kind;
}

function causeOf(verdict: Verdict): object {
  switch (verdict.kind) {
    case 'allow':
      return { plan: verdict.account?.plan };
    case 'unavailable':
      return { cause: verdict.cause };
    case 'refuse':
      return verdict.refusal.kind === 'payment-required'
        ? { reason: verdict.refusal.reason, plan: verdict.plan }
        : { cause: verdict.refusal.cause, plan: verdict.plan };
  }
}
