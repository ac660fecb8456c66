import { App, Lazy, Stack } from 'aws-cdk-lib';
import { AuthorizationType } from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountApi, PaidApi, Plan, Quota, Route } from '../../lib';
import { paywallError } from './harness';

function synth(pathPart?: string): Template {
  const stack = new Stack(new App(), 'Stack');
  const api = new PaidApi(stack, 'Api', { plans: [Plan.paid('pro', { quota: Quota.perMonth(10) })] });
  api.root.addResource('hello').addMethod('GET');
  new AccountApi(stack, 'AccountApi', { paywall: api.paywall, ...(pathPart && { pathPart }) });
  return Template.fromStack(stack);
}

const catalogueOf = (template: Template) => {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const authorizer = functions.find(({ Metadata }) => Metadata?.['cdk-api-paywall']?.role === 'authorizer')!;
  return authorizer.Metadata['cdk-api-paywall'].catalogue as { routes: object[] };
};

test('every route is identified, and those of keys need the scope', () => {
  const scope = 'keys:manage';
  expect(catalogueOf(synth()).routes).toEqual([
    { pattern: 'GET /account', routeClass: 'identified' },
    { pattern: 'GET /account/usage', routeClass: 'identified' },
    { pattern: 'GET /account/keys', routeClass: 'identified', scope },
    { pattern: 'POST /account/keys', routeClass: 'identified', scope },
    { pattern: 'DELETE /account/keys/{keyId}', routeClass: 'identified', scope },
    { pattern: 'POST /account/keys/{keyId}/rotate', routeClass: 'identified', scope },
  ]);
});

test('every method is behind the authorizer and asks for a usage key', () => {
  const template = synth();
  const methods = Object.values(template.findResources('AWS::ApiGateway::Method'));
  expect(methods).toHaveLength(7);
  for (const { Properties } of methods) {
    expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
  }
});

test('the path can be chosen', () => {
  synth('me').hasResourceProperties('AWS::ApiGateway::Resource', { PathPart: 'me' });
});

test('what the API has as defaults for its methods does not get in the way', () => {
  const stack = new Stack(new App(), 'Stack');
  const api = new PaidApi(stack, 'Api', {
    plans: [Plan.paid('pro')],
    restApiProps: { defaultMethodOptions: { authorizationType: AuthorizationType.IAM } },
  });
  new AccountApi(stack, 'AccountApi', { paywall: api.paywall });
  for (const { Properties } of Object.values(
    Template.fromStack(stack).findResources('AWS::ApiGateway::Method'),
  )) {
    expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
  }
});

test('no answer is cached for others or traced, where the stage does so with all', () => {
  const stack = new Stack(new App(), 'Stack');
  const api = new PaidApi(stack, 'Api', {
    plans: [Plan.paid('pro')],
    restApiProps: {
      deployOptions: {
        cachingEnabled: true,
        dataTraceEnabled: true,
        methodOptions: { '/account/usage/GET': { cachingEnabled: true, metricsEnabled: true } },
      },
    },
  });
  api.root.addResource('hello').addMethod('GET');
  new AccountApi(stack, 'AccountApi', { paywall: api.paywall });
  const template = Template.fromStack(stack);
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  const settings = stage!.Properties.MethodSettings as Record<string, unknown>[];
  expect(settings.filter(({ ResourcePath }) => ResourcePath !== '/*')).toHaveLength(6);
  for (const setting of settings) {
    const on = setting.ResourcePath === '/*';
    expect(setting).toMatchObject({ CachingEnabled: on, DataTraceEnabled: on });
  }
  expect(settings).toContainEqual(
    expect.objectContaining({ ResourcePath: '/~1account~1usage', MetricsEnabled: true }),
  );
  expect(settings).toContainEqual(
    expect.objectContaining({ ResourcePath: '/~1account', ThrottlingRateLimit: 1000 }),
  );
});

test.each(['a/b', '', Lazy.string({ produce: () => 'me' })])('the path cannot be %j', (pathPart) => {
  const stack = new Stack(new App(), 'Stack');
  const { paywall } = new PaidApi(stack, 'Api', { plans: [Plan.paid('pro')] });
  expect(paywallError(() => new AccountApi(stack, 'AccountApi', { paywall, pathPart })).message).toContain(
    'pathPart must be',
  );
});

test('the function may manage accounts in the table, and write to its own log only', () => {
  const policies = Object.entries(synth().findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([id]) => id.startsWith('AccountApiFunction'))!;
  expect(
    policy.Properties.PolicyDocument.Statement.map(({ Action }: { Action: string[] }) => Action),
  ).toEqual([
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
    'dynamodb:UpdateItem',
  ]);
  const items = policy.Properties.PolicyDocument.Statement.slice(1).map(
    ({ Condition }: { Condition: Record<string, unknown> }) => Condition['ForAllValues:StringLike'],
  );
  expect(items).toEqual([
    { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] },
    { 'dynamodb:LeadingKeys': ['IMPORTED#*'] },
  ]);
});

test('a second use of the path is told', () => {
  const stack = new Stack(new App(), 'Stack');
  const api = new PaidApi(stack, 'Api', {
    plans: [Plan.paid('pro')],
    routes: { 'GET /account': Route.public() },
  });
  expect(() => new AccountApi(stack, 'AccountApi', { paywall: api.paywall })).toThrow('GET /account');
});

describe('quotas beyond the period', () => {
  const planOf = (plan: Plan) => {
    const stack = new Stack(new App(), 'Stack');
    const api = new PaidApi(stack, 'Api', { plans: [plan] });
    api.root.addMethod('GET');
    return (catalogueOf(Template.fromStack(stack)) as unknown as { plans: object[] }).plans[0];
  };

  test('a soft limit and a grace quota are in the catalogue', () => {
    const plan = Plan.paid('pro', { quota: Quota.perMonth(100, { maxOverage: 20 }), graceQuota: 10 });
    expect(planOf(plan)).toMatchObject({ quota: { limit: 100, maxOverage: 20 }, graceQuota: 10 });
  });

  test.each<[string, Plan, string]>([
    [
      'a negative overage',
      Plan.paid('pro', { quota: Quota.perDay(1, { maxOverage: -1 }) }),
      'MaxOverageNegative',
    ],
    [
      'a broken overage',
      Plan.paid('pro', { quota: Quota.perDay(1, { maxOverage: 0.5 }) }),
      'MaxOverageNegative',
    ],
    [
      'a grace quota above the quota',
      Plan.paid('pro', { quota: Quota.perDay(1), graceQuota: 2 }),
      'GraceQuotaOutOfRange',
    ],
    ['a grace quota of a plan without quota', Plan.paid('pro', { graceQuota: 2 }), 'GraceQuotaOutOfRange'],
  ])('refuses %s', (_case, plan, code) => expect(() => planOf(plan)).toThrow(code));
});
