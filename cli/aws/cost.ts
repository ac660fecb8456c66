import { backendCosts, callCosts, sumOf } from './call-cost';
import { PRICES } from './prices';

/** Rough running costs in US dollars; see `prices.ts` and docs/costs.md. */

/** Per month and resource, used or not. */
const MONTHLY: Readonly<Record<string, number>> = {
  'AWS::CloudWatch::Alarm': PRICES.alarm,
  'AWS::CloudWatch::Dashboard': PRICES.dashboard,
  'AWS::SecretsManager::Secret': PRICES.secret,
  'AWS::KMS::Key': PRICES.kmsKey,
};

/** With a function as backend, to whole dollars. */
const PER_MILLION_CALLS = Math.round(sumOf(callCosts()) + sumOf(backendCosts()));

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
