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

type Outcome = keyof typeof METRIC_OF;

export interface DecisionEntry {
  readonly requestId: string;
  readonly route: string;
  readonly account: string;
  /** Beginning of the key's fingerprint; never any part of a key. */
  readonly keyId: string;
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/**
 * One line per decision: JSON for people who search, with the metric in CloudWatch's embedded format. The metric's part
 * is most of the line and always the same, so it is serialized once and put behind what there is to say.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function decisionLines(functionName: string): (entry: DecisionEntry, verdict: Verdict) => string {
  const metrics: Partial<Record<Outcome, string>> = {};
  return ({ requestId, route, account, keyId, durationMs, timestamp }, verdict) => {
    const outcome = outcomeOf(verdict);
    const { reason, cause, plan } = causeOf(verdict);
    const said = JSON.stringify({
      level: outcome === 'unavailable' ? 'ERROR' : 'INFO',
      message: 'decision',
      outcome,
      reason,
      cause,
      plan,
      path: verdict.path,
      requestId,
      account,
      keyId,
      route,
      durationMs: Math.round(durationMs * 100) / 100,
    });
    const metric = (metrics[outcome] ??= metricText(outcome, functionName));
    return `${said.slice(0, -1)},${metric}${timestamp}}}`;
  };
}

/** The members of the line that carry its metric, up to the time, which is the last of them. */
function metricText(outcome: Outcome, functionName: string): string {
  const metric = METRIC_OF[outcome];
  const directive = {
    Namespace: NAMESPACE,
    Dimensions: [['FunctionName']],
    Metrics: [{ Name: metric, Unit: 'Count' }],
  };
  const members = { FunctionName: functionName, [metric]: 1 };
  return `${JSON.stringify(members).slice(1, -1)},"_aws":{"CloudWatchMetrics":[${JSON.stringify(directive)}],"Timestamp":`;
}

function outcomeOf(verdict: Verdict): Outcome {
  return verdict.kind === 'refuse' ? verdict.refusal.kind : verdict.kind;
}

interface Cause {
  readonly reason?: string;
  readonly cause?: string;
  readonly plan?: string;
}

function causeOf(verdict: Verdict): Cause {
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
