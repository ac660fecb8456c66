import type { AccountRecord } from '../../lib/domain/account';
import type { PlanDefinition } from '../../lib/domain/plan';

/** What a 429 says of the plan's speed. Empty without one. */
export interface ThrottleContext {
  /** Requests per second that are sustained. */
  readonly rateLimit: number | string;
  /** Requests that may come at once. */
  readonly burstLimit: number | string;
}

/** @param usageKey on which the call counts: a shared key has the speed of the pool, of which the plan says nothing */
export function throttleContext(
  account: AccountRecord | undefined,
  plan: PlanDefinition | undefined,
  usageKey: string,
): ThrottleContext {
  const throttle = account?.usageKey === usageKey ? plan?.throttle : undefined;
  return { rateLimit: throttle?.rateLimit ?? '', burstLimit: throttle?.burstLimit ?? '' };
}
