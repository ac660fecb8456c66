import { validateAuthorizer } from '../authorizer/validate-authorizer';
import { validateThrottle } from '../catalogue/validate-plans';
import type { Rules } from '../errors/rules';
import { validateResponses } from '../responses/validate-responses';
import type { PaywallOptions } from './paywall-props';

/** Every rule of the props that `Paywall` and `PaidApi` share. */
export function validatePaywall(rules: Rules, options: PaywallOptions): void {
  validateAuthorizer(rules, options);
  validateResponses(rules, options);
  if (options.stageThrottle) validateThrottle(rules, 'stageThrottle', options.stageThrottle);
  if (options.poolThrottle) validateThrottle(rules, 'poolThrottle', options.poolThrottle);
}
