import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { type ConformanceStack } from './conformance-stack';
import { scriptedAuthorizer } from './responses';

/** Key values of the stack: not secrets, they open nothing but MOCK-like routes of a test stack. */
export const KEYS = {
  good: 'conformance-key-good-0001',
  disabled: 'conformance-key-disabled-1',
  planless: 'conformance-key-planless-1',
  throttled: 'conformance-key-throttled1',
  spent: 'conformance-key-spent-0001',
  byAuthorizer: 'conformance-key-authorizer',
} as const;

export function addKeys(stack: ConformanceStack): void {
  const api = stack.api('keys');
  const required = api.root.addResource('required');
  required.addMethod('GET', stack.echo(), { apiKeyRequired: true });
  api.root.addResource('guarded').addMethod('GET', stack.echo(), {
    apiKeyRequired: true,
    authorizer: scriptedAuthorizer(stack, 'KeysAuthorizer'),
  });
  api.root.addResource('free').addMethod('GET', stack.echo());
  const plan = api.addUsagePlan('Plan', { apiStages: [{ stage: api.deploymentStage }] });
  const key = (name: keyof typeof KEYS, enabled = true): apigateway.IApiKey =>
    new apigateway.ApiKey(stack, `Key-${name}`, { value: KEYS[name], enabled });
  const good = key('good');
  plan.addApiKey(good);
  plan.addApiKey(key('disabled', false));
  key('planless');
  api
    .addUsagePlan('Closed', {
      apiStages: [{ stage: api.deploymentStage }],
      throttle: { rateLimit: 0, burstLimit: 0 },
    })
    .addApiKey(key('throttled'));
  const spent = api.addUsagePlan('Spent', { apiStages: [{ stage: api.deploymentStage }] });
  // CDK drops a limit of 0 from its own props (AG §10).
  (spent.node.defaultChild as apigateway.CfnUsagePlan).addPropertyOverride('Quota', {
    Limit: 0,
    Period: 'DAY',
  });
  spent.addApiKey(key('spent'));

  const byAuthorizer = stack.api('usageIdentifier', {
    apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
  });
  byAuthorizer.root.addResource('required').addMethod('GET', stack.echo(), {
    apiKeyRequired: true,
    authorizer: scriptedAuthorizer(stack, 'UsageAuthorizer'),
  });
  const other = byAuthorizer.addUsagePlan('AuthorizerPlan', {
    apiStages: [{ stage: byAuthorizer.deploymentStage }],
  });
  other.addApiKey(key('byAuthorizer'));
  other.addApiKey(good);
}
