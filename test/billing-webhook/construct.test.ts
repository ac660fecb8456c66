import { CfnParameter, Duration, Lazy, type App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AccountTable,
  BillingWebhook,
  PaidApi,
  Plan,
  ReversalPolicy,
  VoidedInvoicesPolicy,
  type BillingWebhookProps,
  type PaidApiProps,
  type StripeWebhookOptions,
} from '../../lib';
import { methodsOf, mock, newStack, paywallError, resourcesOf } from '../lib/harness';

const PRO = Plan.paid('pro', { priceIds: ['price_pro'] });

interface Made {
  readonly stack: Stack;
  readonly webhook: BillingWebhook;
}

function make(
  props: (secret: (name: string) => secretsmanager.ISecret, stack: Stack) => Partial<BillingWebhookProps>,
  apiProps: Partial<PaidApiProps> = {},
): Made {
  const stack = newStack();
  const api = new PaidApi(stack, 'Api', { plans: [PRO], ...apiProps });
  api.root.addResource('reports').addMethod('GET', mock());
  const secret = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, name, name);
  return {
    stack,
    webhook: new BillingWebhook(stack, 'Billing', { paywall: api.paywall, ...props(secret, stack) }),
  };
}

const stripe = (more: Partial<StripeWebhookOptions> = {}): Made =>
  make((secret) => ({ stripe: { signingSecrets: [secret('signing')], ...more } }));

/** What the function is told; tokens as CloudFormation writes them. */
function settingsOf({ stack, webhook }: Made): Record<string, any> {
  const id = stack.getLogicalId(webhook.handler.node.defaultChild as never);
  const variables = resourcesOf(stack, 'AWS::Lambda::Function').find((one) => one.id === id)!.properties
    .Environment.Variables as { BILLING_SETTINGS: { 'Fn::Join': [string, unknown[]] } };
  const parts = variables.BILLING_SETTINGS['Fn::Join'][1];
  return JSON.parse(
    parts
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', '')))
      .join(''),
  ) as Record<string, any>;
}

describe('routes', () => {
  test('need no key where the API asks for keys by default, and take a lid that is a token', () => {
    const { stack } = make(
      (secret, scope) => {
        const lid = new CfnParameter(scope, 'Lid', { type: 'Number' }).valueAsNumber;
        return {
          standard: { signingSecrets: [secret('signing')] },
          throttle: { rateLimit: lid, burstLimit: lid },
        };
      },
      { restApiProps: { defaultMethodOptions: { apiKeyRequired: true } } },
    );
    expect(methodsOf(stack)['POST /billing/events']).toMatchObject({ ApiKeyRequired: false });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('Stripe alone: one public method, without authorizer and without key', () => {
    const { stack } = stripe();
    const methods = methodsOf(stack);
    expect(Object.keys(methods)).toEqual(['GET /reports', 'POST /billing/stripe']);
    expect(methods['POST /billing/stripe']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['POST /billing/stripe']!.ApiKeyRequired ?? false).toBe(false);
    expect(methods['GET /reports']).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
  });

  test('both billers, on a path of choice', () => {
    const { stack, webhook } = make((secret) => ({
      pathPart: 'hooks',
      stripe: { signingSecrets: [secret('one')] },
      standard: { signingSecrets: [secret('two')] },
    }));
    expect(Object.keys(methodsOf(stack))).toEqual(
      expect.arrayContaining(['POST /hooks/stripe', 'POST /hooks/events']),
    );
    expect(Object.keys(webhook.methods)).toEqual(['stripe', 'events']);
  });

  test('the function is marked with the address of its routes, for tools', () => {
    const { stack, webhook } = make((secret) => ({
      pathPart: 'hooks',
      stripe: { signingSecrets: [secret('one')] },
    }));
    const [api] = resourcesOf(stack, 'AWS::ApiGateway::RestApi');
    const id = stack.getLogicalId(webhook.handler.node.defaultChild as never);
    const { Metadata } = Template.fromStack(stack).toJSON().Resources[id] as { Metadata: object };
    expect(Metadata).toHaveProperty('cdk-api-paywall', {
      role: 'billing-webhook',
      api: api!.id,
      paths: { stripe: '/hooks/stripe' },
    });
  });

  test('each has a lid of its own, and keeps the other settings of the stage', () => {
    const { stack } = make(
      (secret) => ({
        stripe: { signingSecrets: [secret('one')] },
        throttle: { rateLimit: 5, burstLimit: 7 },
      }),
      { restApiProps: { deployOptions: { metricsEnabled: true } } },
    );
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        Match.objectLike({ ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1000 }),
        {
          ResourcePath: '/~1billing~1stripe',
          HttpMethod: 'POST',
          MetricsEnabled: true,
          DataTraceEnabled: Match.anyValue(),
          ThrottlingRateLimit: 5,
          ThrottlingBurstLimit: 7,
        },
      ],
    });
  });
});

test('no event is answered from the cache of the stage, nor traced', () => {
  const { stack } = make((secret) => ({ standard: { signingSecrets: [secret('signing')] } }), {
    restApiProps: { deployOptions: { cachingEnabled: true, dataTraceEnabled: true } },
  });
  Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Stage', {
    MethodSettings: Match.arrayWith([
      Match.objectLike({
        ResourcePath: '/~1billing~1events',
        CachingEnabled: false,
        DataTraceEnabled: false,
        ThrottlingRateLimit: 50,
      }),
    ]),
  });
});

describe('settings of the function', () => {
  test('by default: real money, six hours of slack, reversals ignored as nobody can be asked', () => {
    expect(settingsOf(stripe())).toMatchObject({
      terms: { renewalSlackMs: 21_600_000, refunds: 'ignore', disputes: 'ignore', voidedInvoices: 'lapse' },
      stripe: {
        signingSecrets: [expect.stringContaining('secret:signing')],
        linkSecrets: [expect.stringContaining('BillingLinkSecret')],
        testMode: false,
      },
    });
  });

  test('all of them', () => {
    const made = make((secret) => ({
      renewalSlack: Duration.hours(1),
      stripe: {
        signingSecrets: [secret('new'), secret('old')],
        apiKey: secret('key'),
        linkSecrets: [secret('link')],
        testMode: true,
        refunds: ReversalPolicy.IGNORE,
        voidedInvoices: VoidedInvoicesPolicy.SERVE,
      },
      standard: { signingSecrets: [secret('standard')] },
    }));
    const settings = settingsOf(made);
    expect(settings).toMatchObject({
      terms: { renewalSlackMs: 3_600_000, refunds: 'ignore', disputes: 'lapse', voidedInvoices: 'serve' },
      stripe: { apiKey: expect.stringContaining('secret:key'), testMode: true },
    });
    expect(settings.stripe.signingSecrets).toHaveLength(2);
    Template.fromStack(made.stack).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('the catalogue is in the bundle, and no secret is in the template', () => {
    const { stack } = stripe();
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('resolve:secretsmanager');
  });
});

describe('permissions', () => {
  const statementsOf = ({ stack }: Made, prefix: string): any[] =>
    resourcesOf(stack, 'AWS::IAM::Policy')
      .filter(({ id }) => id.startsWith(prefix))
      .flatMap(({ properties }) => properties.PolicyDocument.Statement as object[]);

  test('the function may do what it does, on what it does it to', () => {
    const statements = statementsOf(stripe(), 'BillingFunction');
    expect(statements.map(({ Action }) => Action as unknown)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      'events:PutEvents',
      ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:Query',
      ],
    ]);
    expect(statements.at(-1).Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*', 'CUSTOMER#*'] },
    });
    expect(statements.every(({ Resource }) => Resource !== '*')).toBe(true);
  });

  test('the sweeper reads the index and publishes', () => {
    expect(statementsOf(stripe(), 'BillingSweeper').map(({ Action }) => Action as unknown)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      'events:PutEvents',
      'dynamodb:Query',
      ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    ]);
  });

  test('the sweeper projects as the function does: it is told the same', () => {
    const { stack } = stripe();
    const settings = resourcesOf(stack, 'AWS::Lambda::Function')
      .filter(({ id }) => id.startsWith('BillingFunction') || id.startsWith('BillingSweeper'))
      .map(({ properties }) => properties.Environment.Variables.BILLING_SETTINGS as unknown);
    expect(settings).toHaveLength(2);
    expect(settings[1]).toEqual(settings[0]);
  });
});

describe('events and failures', () => {
  test('a bus of its own, or the one that is given', () => {
    Template.fromStack(stripe().stack).resourceCountIs('AWS::Events::EventBus', 1);
    const given = make((secret, stack) => ({
      stripe: { signingSecrets: [secret('one')] },
      eventBus: events.EventBus.fromEventBusName(stack, 'Bus', 'orders'),
    }));
    Template.fromStack(given.stack).resourceCountIs('AWS::Events::EventBus', 0);
  });

  test('failed events are kept for two weeks, encrypted, and rouse an alarm', () => {
    const template = Template.fromStack(stripe().stack);
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'CdkApiPaywall',
      MetricName: 'Conflict',
    });
  });

  test('the table gets a sparse index once, however many webhooks use it', () => {
    const { stack, webhook } = stripe();
    new BillingWebhook(stack, 'Second', {
      paywall: stack.node.findChild('Api').node.findChild('Paywall') as never,
      pathPart: 'second',
      standard: {
        signingSecrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'two', 'two')],
      },
      eventBus: webhook.eventBus,
    });
    Template.fromStack(stack).hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'OutboxPending',
          KeySchema: [
            { AttributeName: 'outboxPending', KeyType: 'HASH' },
            { AttributeName: 'pk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });

  test('an imported table is not swept, and synth says so, unless its index is named', () => {
    const imported = (outboxIndexName?: string): Stack => {
      const stack = newStack();
      const api = new PaidApi(stack, 'Api', {
        plans: [PRO],
        accountTable: AccountTable.fromTableName(stack, 'Accounts', 'accounts'),
      });
      new BillingWebhook(stack, 'Billing', {
        paywall: api.paywall,
        outboxIndexName,
        standard: { signingSecrets: [secretsmanager.Secret.fromSecretNameV2(stack, 'one', 'one')] },
      });
      return stack;
    };
    const without = imported();
    Annotations.fromStack(without).hasWarning('*', Match.stringLikeRegexp('outboxNotSwept'));
    Template.fromStack(without).resourceCountIs('AWS::Events::Rule', 0);
    const named = imported('Pending');
    Annotations.fromStack(named).hasNoWarning('*', Match.stringLikeRegexp('outboxNotSwept'));
    Template.fromStack(named).resourceCountIs('AWS::Events::Rule', 1);
  });

  test('without a key to ask with, synth says that reversals are ignored; with the policy said, it does not', () => {
    Annotations.fromStack(stripe().stack).hasWarning('*', Match.stringLikeRegexp('reversalsIgnored'));
    const said = stripe({ refunds: ReversalPolicy.IGNORE, disputes: ReversalPolicy.IGNORE });
    Annotations.fromStack(said.stack).hasNoWarning('*', Match.stringLikeRegexp('reversalsIgnored'));
  });
});

test.each(['Applied', 'Parked', 'Conflict', 'Refused', 'Fault', 'Unpublished'] as const)(
  'metric%s is of the function',
  (name) => {
    const { stack, webhook } = stripe();
    const metric = webhook[`metric${name}`]();
    expect(metric).toMatchObject({ namespace: 'CdkApiPaywall', metricName: name, statistic: 'Sum' });
    expect(stack.resolve(metric.dimensions)).toEqual({
      FunctionName: stack.resolve(webhook.handler.functionName) as unknown,
    });
  },
);

describe('refuses', () => {
  const some = (secret: (name: string) => secretsmanager.ISecret) => [secret('signing')];

  test.each<[string, Parameters<typeof make>[0], string[]]>([
    ['no biller', () => ({}), ['BillingProviderMissing']],
    ['no secret of Stripe', () => ({ stripe: { signingSecrets: [] } }), ['SigningSecretMissing']],
    ['no secret of others', () => ({ standard: { signingSecrets: [] } }), ['SigningSecretMissing']],
    [
      'refunds that lapse without a key to ask with, and disputes, at once',
      (secret) => ({
        stripe: {
          signingSecrets: some(secret),
          refunds: ReversalPolicy.LAPSE,
          disputes: ReversalPolicy.LAPSE,
        },
      }),
      ['ReversalNeedsApiKey', 'ReversalNeedsApiKey'],
    ],
    [
      'an empty list of link secrets',
      (secret) => ({ stripe: { signingSecrets: some(secret), linkSecrets: [] } }),
      ['LinkSecretMissing'],
    ],
    [
      'a path with slashes',
      (secret) => ({ standard: { signingSecrets: some(secret) }, pathPart: 'a/b' }),
      ['PathPartInvalid'],
    ],
    [
      'a token as path',
      (secret) => ({
        standard: { signingSecrets: some(secret) },
        pathPart: Lazy.string({ produce: () => 'b' }),
      }),
      ['CatalogueValueUnresolved'],
    ],
    [
      'a slack of more than a week',
      (secret) => ({ standard: { signingSecrets: some(secret) }, renewalSlack: Duration.days(8) }),
      ['RenewalSlackOutOfRange'],
    ],
    [
      'a lid that is shut',
      (secret) => ({
        standard: { signingSecrets: some(secret) },
        throttle: { rateLimit: 0, burstLimit: 1 },
      }),
      ['ThrottleNotPositive'],
    ],
  ])('%s', (_case, props, codes) => {
    const error = paywallError(() => make(props));
    expect(error.rules.map(({ code }) => code)).toEqual(codes);
    expect(error.constructPath).toBe('Shop/Billing');
  });

  test('Stripe where no plan names a price', () => {
    const error = paywallError(() =>
      make((secret) => ({ stripe: { signingSecrets: some(secret) } }), { plans: [Plan.paid('pro')] }),
    );
    expect(error.message).toContain('priceIds');
  });
});
