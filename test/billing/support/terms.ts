import { DEFAULT_BILLING_TERMS, type BillingTerms } from '../../../lib/domain/billing/terms';
import type { PlanDefinition } from '../../../lib/domain/plan';
import { HOUR } from './clock';

export const SLACK = 6 * HOUR;
export const GRACE_DAYS = 3;

function paid(id: string, limit: number, overrides: Partial<PlanDefinition> = {}): PlanDefinition {
  return {
    id,
    kind: 'paid',
    quota: { limit, period: 'month', anchor: 'anniversary' },
    trialDays: 0,
    graceDays: GRACE_DAYS,
    priceIds: [`price_${id}`, `price_${id}_yearly`],
    ...overrides,
  };
}

export const PLANS: readonly PlanDefinition[] = [
  {
    id: 'free',
    kind: 'free',
    quota: { limit: 10, period: 'month', anchor: 'anniversary' },
    trialDays: 0,
    graceDays: 0,
  },
  paid('basic', 100),
  paid('pro', 1_000, { graceQuota: 50 }),
];

export const TERMS: BillingTerms = { ...DEFAULT_BILLING_TERMS, plans: PLANS, renewalSlackMs: SLACK };
