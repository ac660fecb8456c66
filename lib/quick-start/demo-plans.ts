import { Plan } from '../plan/plan';
import { Quota } from '../plan/quota';

/** Plans that show every answer within a minute. */
export function demoPlans(): Plan[] {
  return [
    Plan.free('free', { quota: Quota.perDay(100) }),
    Plan.paid('tiny', { quota: Quota.perDay(3) }),
    Plan.paid('slow', { quota: Quota.perDay(1000), throttle: { rateLimit: 1, burstLimit: 2 } }),
    Plan.paid('pro', {
      quota: Quota.perMonth(100_000),
      throttle: { rateLimit: 50, burstLimit: 100 },
      trialDays: 14,
    }),
  ];
}
