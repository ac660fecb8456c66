import type { Duration } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { Plan } from '../plan/plan';
import { QuotaAnchor } from '../plan/quota';
import type { Route } from '../route/route';
import { CredentialSource } from './credential-source';
import type { AuthorizerOptions } from './subscription-authorizer-props';

/** `limit` of `QuotaSettings` is a 32-bit integer. https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html */
const MAX_LIMIT = 2_147_483_647;
/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
const MAX_TTL_SECONDS = 3600;
const OR_EXACT = 'or count by QuotaEnforcement.exact()';

/** What usage plans of API Gateway cannot express. */
export function validateQuotaEnforcement(rules: Rules, options: AuthorizerOptions): void {
  const { quotaEnforcement, plans, routes = {} } = options;
  if (!quotaEnforcement?._byUsagePlan) return;
  for (const plan of plans) validatePlan(rules, plan);
  for (const [pattern, route] of Object.entries(routes)) validateRouteOfUsagePlan(rules, pattern, route);
  validateTtl(rules, quotaEnforcement.resultsCacheTtl, options.credentialSource);
}

/** A usage plan counts requests, each as one. */
export function validateRouteOfUsagePlan(rules: Rules, pattern: string, { cost = 1 }: Route): void {
  rules.check(
    cost === 1,
    'RouteCostNotInUsagePlan',
    `cost of route ${got(pattern)} must be 1 with QuotaEnforcement.usagePlan(), got ${cost}; leave it out, ${OR_EXACT}`,
  );
}

function validatePlan(rules: Rules, { id, quota, graceQuota }: Plan): void {
  const ofPlan = `of plan ${got(id)}`;
  rules.check(
    graceQuota === undefined,
    'GraceQuotaNotInUsagePlan',
    `graceQuota ${ofPlan} must be absent with QuotaEnforcement.usagePlan(), got ${graceQuota}; leave it out, ${OR_EXACT}`,
  );
  if (!quota) return;
  const { limit, maxOverage, anchor } = quota;
  const { period } = quota._render();
  rules.check(
    maxOverage === 0,
    'MaxOverageNotInUsagePlan',
    `maxOverage of the quota ${ofPlan} must be 0 with QuotaEnforcement.usagePlan(), got ${maxOverage}; leave it out, ${OR_EXACT}`,
  );
  rules.check(
    anchor === QuotaAnchor.CALENDAR,
    'QuotaAnchorNotInUsagePlan',
    `anchor of the quota ${ofPlan} must be CALENDAR with QuotaEnforcement.usagePlan(), got ${anchor.toUpperCase()}; ` +
      `leave it out, ${OR_EXACT}`,
  );
  rules.check(
    period !== 'week',
    'QuotaPeriodNotInUsagePlan',
    `quota ${ofPlan} must be per day or month with QuotaEnforcement.usagePlan(), got per week, which API Gateway begins ` +
      `on another day; use Quota.perDay or Quota.perMonth, ${OR_EXACT}`,
  );
  rules.check(
    limit <= MAX_LIMIT,
    'QuotaLimitNotInUsagePlan',
    `quota ${ofPlan} must be at most ${MAX_LIMIT} with QuotaEnforcement.usagePlan(), got ${limit}; lower it, ${OR_EXACT}`,
  );
}

function validateTtl(rules: Rules, ttl: Duration, source: CredentialSource | undefined): void {
  const seconds = ttl.isUnresolved() ? Number.NaN : ttl.toSeconds({ integral: false });
  rules.check(
    Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_TTL_SECONDS,
    'ResultsCacheTtlOutOfRange',
    `resultsCacheTtl must be whole seconds, 0 to ${MAX_TTL_SECONDS}, got ${ttl.isUnresolved() ? 'a token' : ttl.toHumanString()}; ` +
      `pass Duration.hours(1) or less`,
  );
  rules.check(
    !(seconds > 0) || (source ?? CredentialSource.bearer()).identitySource !== undefined,
    'ResultsCacheWithoutIdentitySource',
    'resultsCacheTtl must be 0 with CredentialSource.either(), as the cache knows callers by one header; choose ' +
      'CredentialSource.bearer() or apiKeyHeader()',
  );
}
