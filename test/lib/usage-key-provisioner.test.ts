import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  BillingWebhook,
  OutagePolicy,
  Plan,
  UsageKeyProvisioner,
  type Paywall,
  type PaywallProps,
  type UsageKeyProvisionerProps,
} from '../../lib';
import { BILLING_EVENT_TYPES } from '../../lib/domain/billing/account-events';
import { readSettings } from '../../lambda/provisioner/settings';
import { paywallError, paywalled, resourcesOf } from './harness';

const PLANS = [Plan.free('free'), Plan.paid('pro')];

function provisioner(
  props: Partial<UsageKeyProvisionerProps> = {},
  paywallProps: Partial<PaywallProps> = {},
) {
  const { stack, paywall } = paywalled({ plans: PLANS, ...paywallProps });
  return { stack, paywall, made: new UsageKeyProvisioner(stack, 'UsageKeys', { paywall, ...props }) };
}

/** What the function will read, each token as `<its first argument>`. */
function settings(stack: Parameters<typeof resourcesOf>[0]) {
  const fn = resourcesOf(stack, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('UsageKeys'))!;
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[name, argument]] = Object.entries(value as object) as [[string, any]];
    return name === 'Fn::Join' ? argument[1].map(text).join('') : `<${[argument].flat()[0] as string}>`;
  };
  const variables = fn.properties.Environment.Variables as Record<string, unknown>;
  return readSettings(
    Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, text(value)])),
  );
}

test('the function is told what the authorizer uses', () => {
  const { stack, paywall } = provisioner();
  const { terms } = settings(stack);
  expect(terms).toMatchObject({ activationWaitMs: 600_000, drainMs: 300_000 });
  expect(Object.keys(terms.usagePlans)).toEqual(['free', 'pro']);
  const value = JSON.stringify(stack.resolve(paywall.authorizer.accountKeyValue('acme')));
  expect(value).toContain(terms.scope.split('-')[0]);
  expect(terms.usagePlans.pro).toMatch(/^<PaywallUsagePlanspro/);
});

test('every prop', () => {
  const { stack } = provisioner(
    { plans: ['pro'], activationWait: Duration.minutes(3) },
    { outagePolicy: OutagePolicy.admitKnownPayers(Duration.hours(2)), leaseDuration: Duration.seconds(20) },
  );
  const { terms } = settings(stack);
  expect(Object.keys(terms.usagePlans)).toEqual(['pro']);
  // 2 hours, 30 and 20 seconds, and a minute.
  expect(terms).toMatchObject({ activationWaitMs: 180_000, drainMs: 7_310_000 });
});

test('two copies of the function at most work on the queue, and failures end in an alarm', () => {
  const { stack, made } = provisioner();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    ScalingConfig: { MaximumConcurrency: 2 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BatchSize: 5,
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 360,
    RedrivePolicy: {
      deadLetterTargetArn: stack.resolve(made.deadLetterQueue.queueArn),
      maxReceiveCount: 10,
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 1,
    Dimensions: [{ Name: 'QueueName', Value: stack.resolve(made.deadLetterQueue.queueName) }],
  });
});

test('Lambda takes a wait of a day, 15 minutes at a time, for no loop', () => {
  const { stack } = provisioner();
  const fn = resourcesOf(stack, 'AWS::Lambda::Function').find(({ id }) => id.startsWith('UsageKeys'))!;
  expect(fn.properties.RecursiveLoop).toBe('Allow');
});

test('a full Region goes off', () => {
  const { stack, made } = provisioner();
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'CdkApiPaywall',
    MetricName: 'UsageKeysExhausted',
    Dimensions: [{ Name: 'FunctionName', Value: stack.resolve(made.handler.functionName) }],
    Threshold: 1,
    TreatMissingData: 'notBreaching',
  });
});

test('tools find the function by its metadata', () => {
  const { stack } = provisioner();
  Template.fromStack(stack).hasResource('AWS::Lambda::Function', {
    Metadata: { 'cdk-api-paywall': { role: 'provisioner' } },
  });
});

describe('changes that billing tells', () => {
  const webhook = (paywall: Paywall, id = 'Billing') =>
    new BillingWebhook(paywall.node.scope!, id, {
      paywall,
      pathPart: id.toLowerCase(),
      standard: { signingSecrets: [new secretsmanager.Secret(paywall.node.scope!, `${id}Secret`)] },
    });
  const ruleOf = ({ eventBus }: BillingWebhook, { queue, deadLetterQueue }: UsageKeyProvisioner) => ({
    EventBusName: queue.stack.resolve(eventBus.eventBusName) as unknown,
    EventPattern: { source: ['cdk-api-paywall'], 'detail-type': [...BILLING_EVENT_TYPES] },
    Targets: [
      Match.objectLike({
        Arn: queue.stack.resolve(queue.queueArn) as unknown,
        DeadLetterConfig: { Arn: queue.stack.resolve(deadLetterQueue.queueArn) as unknown },
        InputTransformer: {
          InputPathsMap: { 'detail-account': '$.detail.account' },
          InputTemplate: '{"accountId":<detail-account>}',
        },
      }),
    ],
  });

  test('reach the queue, whichever construct was made first', () => {
    const { stack, paywall } = paywalled({ plans: PLANS });
    const before = webhook(paywall);
    const made = new UsageKeyProvisioner(stack, 'UsageKeys', { paywall });
    const after = webhook(paywall, 'Other');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::Rule', ruleOf(before, made));
    template.hasResourceProperties('AWS::Events::Rule', ruleOf(after, made));
  });

  test('the bus may send to the queue, and to the one for what it could not deliver', () => {
    const { stack, paywall, made } = provisioner();
    webhook(paywall);
    const template = Template.fromStack(stack);
    for (const queue of [made.queue, made.deadLetterQueue])
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        Queues: [stack.resolve(queue.queueUrl)],
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } }),
          ]),
        },
      });
  });
});

test('it may handle keys, and put them on the usage plans of the paywall only', () => {
  const { stack, paywall } = provisioner();
  const arn = (path: unknown[]) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }, ...path]],
  });
  const keysOf = (plan: string, end: string) =>
    arn(['::/usageplans/', stack.resolve(paywall.usagePlans[plan]!.usagePlanId), end]);
  const statements = (...Statement: object[]) =>
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith(Statement.map((statement) => Match.objectLike(statement))),
      },
    });
  statements(
    { Action: ['apigateway:GET', 'apigateway:POST'], Resource: arn(['::/apikeys']) },
    { Action: 'apigateway:DELETE', Resource: arn(['::/apikeys/*']) },
    { Action: 'apigateway:POST', Resource: [keysOf('free', '/keys'), keysOf('pro', '/keys')] },
    { Action: 'apigateway:GET', Resource: [keysOf('free', '/keys/*'), keysOf('pro', '/keys/*')] },
  );
});

test('it may change accounts, and nothing else of their table', () => {
  const { stack } = provisioner();
  const statements = resourcesOf(stack, 'AWS::IAM::Policy')
    .filter(({ id }) => id.startsWith('UsageKeys'))
    .flatMap(({ properties }) => properties.PolicyDocument.Statement as any[])
    .filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
  expect(statements).toEqual([
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      Resource: expect.anything(),
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
    },
  ]);
});

test('others may be allowed to tell it of accounts', () => {
  const { stack, made } = provisioner();
  const role = new iam.Role(stack, 'SignUp', { assumedBy: new iam.AccountRootPrincipal() });
  made.grantSend(role);
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [stack.resolve(role.roleName)],
    PolicyDocument: {
      Statement: [
        Match.objectLike({
          Action: Match.arrayWith(['sqs:SendMessage']),
          Resource: stack.resolve(made.queue.queueArn),
        }),
      ],
    },
  });
});

test.each<[string[], Partial<UsageKeyProvisionerProps>]>([
  [['PlanUnknown'], { plans: ['pro', 'legacy'] }],
  [['ProvisionedPlansEmpty'], { plans: [] }],
  [['ActivationWaitOutOfRange'], { activationWait: Duration.seconds(59) }],
  [['ActivationWaitOutOfRange'], { activationWait: Duration.seconds(3601) }],
  [['ActivationWaitOutOfRange'], { activationWait: Duration.millis(60_500) }],
  [['PlanUnknown', 'ActivationWaitOutOfRange'], { plans: ['legacy'], activationWait: Duration.seconds(0) }],
])('refuses with %j: %j', (codes, props) => {
  expect(paywallError(() => provisioner(props)).rules.map((rule) => rule.code)).toEqual(codes);
});

test('a paywall has one provisioner: two would delete each other’s keys', () => {
  const { stack, paywall } = provisioner();
  const again = () => new UsageKeyProvisioner(stack, 'Again', { paywall, plans: ['pro'] });
  expect(paywallError(again).rules.map((rule) => rule.code)).toEqual(['ProvisionerExists']);
});
