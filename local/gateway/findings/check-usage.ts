import { type EngineFinding } from '../../contract';
import { bagOf, bagsOf, numberOf, stringOf } from '../compile/l1';
import { type Located, type Resources } from '../compile/resources';
import { keyValue } from '../compile/usage';
import { reporter } from './finding';

const KEY_CHARS = { min: 20, max: 128 };

/** Rules about API keys and usage plans that CloudFormation would enforce at creation (AG §5). */
export function checkUsage(resources: Resources, findings: EngineFinding[]): void {
  const owners = new Map<string, Located>();
  for (const key of resources.all('ApiKey')) {
    const report = reporter(findings, key.resource.path);
    const value = keyValue(key);
    if (value.length < KEY_CHARS.min)
      report('error', 'InvalidApiKey', `API Key value should be at least ${KEY_CHARS.min} characters`);
    if (value.length > KEY_CHARS.max)
      report('error', 'InvalidApiKey', `API Key value exceeds maximum size of ${KEY_CHARS.max} characters`);
    if (owners.has(value)) report('error', 'DuplicateApiKey', 'another API key has the same value');
    owners.set(value, key);
  }
  for (const plan of resources.all('UsagePlan')) {
    const quota = bagOf(plan.properties, 'Quota');
    const period = quota && stringOf(quota, 'Period');
    if (quota && numberOf(quota, 'Limit') !== undefined && !['DAY', 'WEEK', 'MONTH'].includes(period ?? ''))
      reporter(findings, plan.resource.path)(
        'error',
        'InvalidQuota',
        `Quota.Period must be DAY, WEEK or MONTH`,
      );
  }
  checkBindings(resources, findings);
}

/** A key may be on several plans, but on one plan per API stage only. */
function checkBindings(resources: Resources, findings: EngineFinding[]): void {
  const plans = new Map(resources.all('UsagePlan').map((p) => [p.id, p.properties]));
  const taken = new Set<string>();
  for (const binding of resources.all('UsagePlanKey')) {
    const report = reporter(findings, binding.resource.path);
    const plan = plans.get(stringOf(binding.properties, 'UsagePlanId') ?? '');
    if (!plan) {
      report('error', 'UnknownUsagePlan', 'Invalid Usage Plan ID specified');
      continue;
    }
    for (const stage of bagsOf(plan, 'ApiStages')) {
      const slot = [
        stringOf(binding.properties, 'KeyId'),
        stringOf(stage, 'ApiId'),
        stringOf(stage, 'Stage'),
      ].join('/');
      if (taken.has(slot))
        report(
          'error',
          'ApiKeyOnTwoPlans',
          `the key is already on another plan of stage ${stringOf(stage, 'Stage')}`,
        );
      taken.add(slot);
    }
  }
}
