import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { BillingWebhook, PaidApi, Plan, Reconciliation, type StripeWebhookOptions } from '../../lib';
import { mock, newStack, paywallError, resourcesOf } from '../lib/harness';

type Options = Omit<Partial<StripeWebhookOptions>, 'apiKey'> & { readonly apiKey?: boolean };

function make({ apiKey = true, ...options }: Options = {}): { stack: Stack; webhook: BillingWebhook } {
  const stack = newStack();
  const api = new PaidApi(stack, 'Api', { plans: [Plan.paid('pro', { priceIds: ['price_pro'] })] });
  api.root.addResource('reports').addMethod('GET', mock());
  const secret = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, name, name);
  const webhook = new BillingWebhook(stack, 'Billing', {
    paywall: api.paywall,
    stripe: { signingSecrets: [secret('signing')], ...(apiKey && { apiKey: secret('key') }), ...options },
  });
  return { stack, webhook };
}

const variablesOf = (stack: Stack): any =>
  resourcesOf(stack, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('BillingReconciler'))?.properties
    .Environment.Variables;

test('with an API key accounts are compared daily; a run every quarter of an hour goes on where one ended', () => {
  const { stack, webhook } = make();
  expect(variablesOf(stack)).toMatchObject({ RECONCILE_EVERY_MS: '86400000' });
  expect(webhook.reconciler).toBeDefined();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(15 minutes)' });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
});

test('as often as is said', () => {
  const { stack } = make({ reconciliation: Reconciliation.every(Duration.hours(6)) });
  expect(variablesOf(stack)).toMatchObject({ RECONCILE_EVERY_MS: '21600000' });
});

test.each<[string, Options]>([
  ['turned off', { reconciliation: Reconciliation.off() }],
  ['without an API key', { apiKey: false }],
])('%s: nothing is made', (_case, options) => {
  const { stack, webhook } = make(options);
  expect(variablesOf(stack)).toBeUndefined();
  expect([webhook.reconciler, webhook.repairedAlarm, webhook.reconciliationAlarm]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a repair and a failure each rouse an alarm', () => {
  const template = Template.fromStack(make().stack);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'CdkApiPaywall',
    MetricName: 'Repaired',
    Threshold: 1,
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Threshold: 1,
    Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('^BillingReconciler') } }],
  });
});

test('the function may do what it does, on what it does it to', () => {
  const statements = resourcesOf(make().stack, 'AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith('BillingReconciler'))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement as any[]);
  expect(statements.map(({ Action }) => [Action].flat()[0] as string)).toEqual([
    'logs:CreateLogStream',
    'secretsmanager:GetSecretValue',
    'secretsmanager:GetSecretValue',
    'events:PutEvents',
    'dynamodb:GetItem',
    'dynamodb:Scan',
  ]);
  expect(statements[4].Condition).toEqual({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*', 'CUSTOMER#*', 'RECONCILER#*'] },
  });
  expect(statements.every(({ Resource }) => Resource !== '*')).toBe(true);
});

test.each<[string, Options, string]>([
  [
    'a rate without a key to ask with',
    { apiKey: false, reconciliation: Reconciliation.daily() },
    'ReconciliationNeedsApiKey',
  ],
  [
    'every minute',
    { reconciliation: Reconciliation.every(Duration.minutes(1)) },
    'ReconciliationRateOutOfRange',
  ],
  [
    'more seldom than Stripe keeps events',
    { reconciliation: Reconciliation.every(Duration.days(31)) },
    'ReconciliationRateOutOfRange',
  ],
])('refuses %s', (_case, options, code) => {
  expect(paywallError(() => make(options)).message).toContain(code);
});
