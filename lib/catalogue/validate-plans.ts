import { Token } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { Plan } from '../plan/plan';
import type { Throttle } from '../plan/throttle';
import { validatePatterns } from './validate-routes';

const PLAN_ID = /^[a-z][a-z0-9-]{0,31}$/;
/** Stripe's longest trial. https://docs.stripe.com/api/checkout/sessions/create */
const MAX_TRIAL_DAYS = 730;
const MAX_GRACE_DAYS = 90;
/**
 * The authorizer names the plans that hold a route in one condition, and `IN` takes so many values.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
const MAX_PLANS = 100;

export function validatePlans(rules: Rules, plans: readonly Plan[]): void {
  rules.check(
    plans.length > 0,
    'PlansMissing',
    'plans must hold at least one plan, got none; add Plan.paid(...)',
  );
  rules.check(
    plans.length <= MAX_PLANS,
    'PlansTooMany',
    `plans must hold at most ${MAX_PLANS} plans, got ${plans.length}; give single accounts terms of their own instead`,
  );
  const ids = new Set<string>();
  const planOfPrice = new Map<string, string>();
  for (const plan of plans) {
    validatePlanId(rules, plan.id, ids);
    validateQuota(rules, plan);
    if (plan.throttle) validateThrottle(rules, `throttle of plan ${got(plan.id)}`, plan.throttle);
    validateDays(rules, plan, 'trialDays', 'TrialDaysOutOfRange', MAX_TRIAL_DAYS);
    validateDays(rules, plan, 'graceDays', 'GraceDaysOutOfRange', MAX_GRACE_DAYS);
    validatePriceIds(rules, plan, planOfPrice);
    if (plan.routes) validatePlanRoutes(rules, plan, plan.routes);
  }
}

function validatePlanId(rules: Rules, id: string, seen: Set<string>): void {
  if (!rules.known('id of a plan', id)) return;
  rules.check(
    PLAN_ID.test(id),
    'PlanIdInvalid',
    `id of a plan must match ${PLAN_ID.source}, got ${got(id)}; use lower-case letters, digits and hyphens`,
  );
  rules.check(
    !seen.has(id),
    'PlanIdDuplicate',
    `ids of plans must be unique, got ${got(id)} twice; rename one of them`,
  );
  seen.add(id);
}

function validateQuota(rules: Rules, plan: Plan): void {
  validateGraceQuota(rules, plan);
  if (!plan.quota) return;
  const { limit, maxOverage } = plan.quota;
  const prop = `quota of plan ${got(plan.id)}`;
  if (!rules.known(prop, limit)) return;
  rules.check(
    Number.isSafeInteger(limit) && limit > 0,
    'QuotaLimitNotPositive',
    `${prop} must be a whole number above 0, got ${limit}; omit quota for a plan without limit`,
  );
  if (!rules.known(`maxOverage of ${prop}`, maxOverage)) return;
  rules.check(
    Number.isSafeInteger(maxOverage) && maxOverage >= 0,
    'MaxOverageNegative',
    `maxOverage of ${prop} must be a whole number, 0 or more, got ${maxOverage}; omit it for a hard limit`,
  );
}

function validateGraceQuota(rules: Rules, plan: Plan): void {
  const { graceQuota, quota } = plan;
  const prop = `graceQuota of plan ${got(plan.id)}`;
  if (graceQuota === undefined || !rules.known(prop, graceQuota)) return;
  const most = quota?.limit ?? 0;
  rules.check(
    Number.isSafeInteger(graceQuota) && graceQuota >= 0 && graceQuota <= most,
    'GraceQuotaOutOfRange',
    `${prop} must be a whole number, 0 to the limit of its quota (${quota ? most : 'it has none'}), got ${graceQuota}; ` +
      `omit it for the whole quota`,
  );
}

/** API Gateway refuses every request of a plan whose limits are 0 (AG §5, precedence). */
export function validateThrottle(rules: Rules, prop: string, throttle: Throttle): void {
  const { rateLimit, burstLimit } = throttle;
  rules.check(
    Token.isUnresolved(rateLimit) || (Number.isFinite(rateLimit) && rateLimit > 0),
    'ThrottleRateLimitNotPositive',
    `rateLimit of ${prop} must be requests per second above 0, got ${rateLimit}; omit throttle for none`,
  );
  rules.check(
    Token.isUnresolved(burstLimit) || (Number.isSafeInteger(burstLimit) && burstLimit > 0),
    'ThrottleBurstLimitNotPositive',
    `burstLimit of ${prop} must be a whole number above 0, got ${burstLimit}; omit throttle for none`,
  );
}

function validateDays(
  rules: Rules,
  plan: Plan,
  prop: 'trialDays' | 'graceDays',
  code: string,
  max: number,
): void {
  const days = plan[prop];
  if (!rules.known(`${prop} of plan ${got(plan.id)}`, days)) return;
  rules.check(
    Number.isInteger(days) && days >= 0 && days <= max,
    code,
    `${prop} of plan ${got(plan.id)} must be whole days, 0 to ${max}, got ${days}; use 0 for none`,
  );
}

function validatePriceIds(rules: Rules, plan: Plan, planOfPrice: Map<string, string>): void {
  for (const priceId of plan.priceIds) {
    const prop = `priceIds of plan ${got(plan.id)}`;
    if (!rules.known(prop, priceId)) continue;
    rules.check(
      /^\S+$/.test(priceId),
      'PriceIdInvalid',
      `${prop} must be ids without spaces, got ${got(priceId)}; copy them from the payment provider`,
    );
    const other = planOfPrice.get(priceId);
    rules.check(
      other === undefined,
      'PriceIdDuplicate',
      `a price buys one plan, got ${got(priceId)} for plans ${got(other)} and ${got(plan.id)}; remove one`,
    );
    planOfPrice.set(priceId, plan.id);
  }
}

function validatePlanRoutes(rules: Rules, plan: Plan, routes: readonly string[]): void {
  const prop = `routes of plan ${got(plan.id)}`;
  rules.check(
    routes.length > 0,
    'PlanRoutesEmpty',
    `${prop} must hold at least one pattern, got none; omit routes for every route`,
  );
  validatePatterns(rules, prop, routes);
}
