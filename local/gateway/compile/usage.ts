import { createHash } from 'node:crypto';
import { type Clock } from '../../contract';
import { type QuotaPeriod } from '../usage/quota-window';
import { ApiKeys } from '../usage/api-keys';
import { type PlanStage, type ThrottleSettings, type UsagePlanSettings } from '../usage/usage-plan';
import { bagOf, bagsOf, booleanOf, numberOf, type Properties, stringOf } from './l1';
import { type Located, type Resources } from './resources';

/** Reads API keys, usage plans and their bindings. They belong to the account and Region, not to one API. */
export function compileApiKeys(resources: Resources, clock: Clock): ApiKeys {
  const keys = new ApiKeys(clock, new Map(resources.all('UsagePlan').map((l) => [l.id, planOf(l)])));
  for (const located of resources.all('ApiKey'))
    keys.set({
      id: located.id,
      value: keyValue(located),
      // Off unless said otherwise, unlike CDK's own construct (AG §5).
      enabled: booleanOf(located.properties, 'Enabled') ?? false,
    });
  for (const { properties } of resources.all('UsagePlanKey'))
    keys.attach(stringOf(properties, 'KeyId') ?? '', stringOf(properties, 'UsagePlanId') ?? '');
  return keys;
}

/** A value that the service would generate is derived from the key's path: the same at every start. */
export function keyValue({ resource, properties }: Located): string {
  const given = stringOf(properties, 'Value');
  return given || createHash('sha256').update(resource.path).digest('base64url').slice(0, 40);
}

function planOf({ id, resource, properties }: Located): UsagePlanSettings {
  const quota = bagOf(properties, 'Quota') ?? {};
  const limit = numberOf(quota, 'Limit');
  return {
    id,
    name: stringOf(properties, 'UsagePlanName') ?? resource.logicalId,
    throttle: throttleOf(bagOf(properties, 'Throttle') ?? {}, 'RateLimit', 'BurstLimit'),
    quota:
      limit === undefined
        ? null
        : {
            limit,
            period: (stringOf(quota, 'Period') ?? 'DAY') as QuotaPeriod,
            offset: numberOf(quota, 'Offset') ?? 0,
          },
    stages: bagsOf(properties, 'ApiStages').map(stageOf),
  };
}

function stageOf(bag: Properties): PlanStage {
  const throttles = bagOf(bag, 'Throttle') ?? {};
  const methods = Object.keys(throttles).flatMap((key) => {
    const throttle = throttleOf(bagOf(throttles, key) ?? {}, 'RateLimit', 'BurstLimit');
    // CDK writes `//GET` for the root (AG §5).
    return throttle ? [[key.startsWith('//') ? key : decodeSlash(key), throttle] as const] : [];
  });
  return {
    apiId: stringOf(bag, 'ApiId') ?? '',
    stage: stringOf(bag, 'Stage') ?? '',
    methodThrottles: new Map(methods),
  };
}

function decodeSlash(text: string): string {
  return text.replaceAll('~1', '/');
}

/**
 * An empty throttle is none. A rate without a burst gets a bucket of one second.
 *
 * @param rateKey `RateLimit` in plans, `ThrottlingRateLimit` in stages
 */
export function throttleOf(bag: Properties, rateKey: string, burstKey: string): ThrottleSettings | null {
  const rate = numberOf(bag, rateKey);
  const burst = numberOf(bag, burstKey);
  if ((rate ?? -1) < 0 && (burst ?? -1) < 0) return null;
  return {
    rateLimit: rate ?? Number.POSITIVE_INFINITY,
    burstLimit: burst ?? (rate === 0 ? 0 : Math.max(1, Math.ceil(rate ?? 1))),
  };
}

/** Throttle that a stage's `MethodSettings` give a method: its own entry, else the one for all methods. */
export function stageThrottle(
  settings: readonly Properties[],
  resourcePath: string,
  httpMethod: string,
): ThrottleSettings | null {
  const pathOf = (s: Properties): string =>
    decodeSlash(stringOf(s, 'ResourcePath') ?? '').replace(/^\/\//, '/');
  const find = (path: string, method: string): ThrottleSettings | null => {
    const entry = settings.find((s) => pathOf(s) === path && stringOf(s, 'HttpMethod') === method);
    return entry ? throttleOf(entry, 'ThrottlingRateLimit', 'ThrottlingBurstLimit') : null;
  };
  return find(resourcePath, httpMethod) ?? find(resourcePath, '*') ?? find('/*', '*');
}
