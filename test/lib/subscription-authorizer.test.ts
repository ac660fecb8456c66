import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  AccountTable,
  CredentialSource,
  OutagePolicy,
  Plan,
  Quota,
  Route,
  SubscriptionAuthorizer,
  type SubscriptionAuthorizerProps,
} from '../../lib';
import { FREE, mock, newStack, paywallError, resourcesOf } from './harness';

const FUNCTION = 'AWS::Lambda::Function';
const AUTHORIZER = 'AWS::ApiGateway::Authorizer';

function authorizer(
  props: Partial<SubscriptionAuthorizerProps> = {},
  stack = newStack(),
): SubscriptionAuthorizer {
  return new SubscriptionAuthorizer(stack, 'Authorizer', { plans: [FREE], ...props });
}

/** Used as any authorizer of CDK. */
function attached(props: Partial<SubscriptionAuthorizerProps> = {}): {
  stack: Stack;
  authorizer: SubscriptionAuthorizer;
} {
  const stack = newStack();
  const made = authorizer(props, stack);
  const restApi = new apigateway.RestApi(stack, 'Api', {
    cloudWatchRole: false,
    defaultMethodOptions: { authorizer: made },
  });
  restApi.root.addMethod('GET', mock());
  return { stack, authorizer: made };
}

function environment(stack: Stack): Record<string, any> {
  const [fn] = resourcesOf(stack, FUNCTION);
  return fn!.properties.Environment.Variables as Record<string, any>;
}

describe('by default', () => {
  test('it authorizes by the bearer token, with the cache off', () => {
    const { stack, authorizer: made } = attached();
    const template = Template.fromStack(stack);
    template.hasResourceProperties(AUTHORIZER, {
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerUri: {
        'Fn::Join': [
          '',
          [
            'arn:',
            { Ref: 'AWS::Partition' },
            ':apigateway:',
            { Ref: 'AWS::Region' },
            ':lambda:path/2015-03-31/functions/',
            stack.resolve(made.handler.functionArn),
            '/invocations',
          ],
        ],
      },
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      AuthorizerId: stack.resolve(made.authorizerId),
    });
  });

  test('the function is told everything and nothing secret', () => {
    const { stack, authorizer: made } = attached();
    expect(environment(stack)).toEqual({
      ACCOUNT_TABLE: stack.resolve(made.accountTable.tableName),
      CREDENTIAL_SOURCE: 'bearer',
      LEASE_DURATION_MS: '10000',
      OUTAGE_POLICY: 'refuse',
      OUTAGE_GRACE_MS: '30000',
      ADMIT_GRACE_MS: '0',
      USAGE_KEY_SCOPE: expect.objectContaining({ 'Fn::Join': expect.anything() }),
      POOL_KEYS: '8',
      KEYS_REQUIRED: 'false',
      RESULTS_CACHED: 'false',
    });
  });

  test('the function is small, quick and logs JSON for three months', () => {
    const { stack } = attached();
    const template = Template.fromStack(stack);
    template.hasResourceProperties(FUNCTION, {
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      MemorySize: 512,
      Timeout: 5,
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 90 },
    });
  });

  test('the role may write its log, read accounts and take units: nothing else', () => {
    const { stack, authorizer: made } = attached();
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    const [policy] = resourcesOf(stack, 'AWS::IAM::Policy');
    expect(policy!.properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
      {
        Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] } },
        Effect: 'Allow',
        Resource: stack.resolve(made.accountTable.tableArn),
      },
    ]);
  });

  test('API Gateway may invoke the function as this authorizer only', () => {
    const { stack, authorizer: made } = attached();
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'apigateway.amazonaws.com',
      FunctionName: stack.resolve(made.handler.functionArn),
      SourceArn: stack.resolve(made.authorizerArn),
    });
  });

  test('accounts are kept in a new, protected table', () => {
    const { stack } = attached();
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
  });

  test('a 402 without links is warned of', () => {
    const { stack } = attached();
    Annotations.fromStack(stack).hasWarning(
      '/Shop/Authorizer',
      Match.stringLikeRegexp('cdk-api-paywall:noActionUrls'),
    );
  });
});

test('every prop reaches the function', () => {
  const stack = newStack();
  const accountTable = new AccountTable(stack, 'Accounts', { removalPolicy: RemovalPolicy.DESTROY });
  const made = authorizer(
    {
      authorizerName: 'subscriptions',
      accountTable,
      credentialSource: CredentialSource.apiKeyHeader(),
      leaseDuration: Duration.millis(250),
      outagePolicy: OutagePolicy.admitKnownPayers(Duration.minutes(10), { outageGrace: Duration.seconds(5) }),
      poolKeys: 2,
      logRetention: logs.RetentionDays.ONE_DAY,
      actionUrls: { subscribe: 'https://example.com/' },
    },
    stack,
  );
  new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false }).root.addMethod('GET', mock(), {
    authorizer: made,
  });
  expect(environment(stack)).toMatchObject({
    ACCOUNT_TABLE: stack.resolve(accountTable.tableName),
    CREDENTIAL_SOURCE: 'api-key',
    LEASE_DURATION_MS: '250',
    OUTAGE_POLICY: 'admit-known-payers',
    OUTAGE_GRACE_MS: '5000',
    ADMIT_GRACE_MS: '600000',
    POOL_KEYS: '2',
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(AUTHORIZER, {
    Name: 'subscriptions',
    IdentitySource: 'method.request.header.x-api-key',
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 1 });
  template.resourceCountIs('AWS::DynamoDB::Table', 1);
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('noActionUrls'));
});

test('pay links: the function may read the secret that signs them, and nobody misses other links', () => {
  const stack = newStack();
  const made = authorizer({}, stack);
  new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false }).root.addMethod('GET', mock(), {
    authorizer: made,
  });
  const secret = new secretsmanager.Secret(stack, 'Link');
  made.signPayLinks(secret, '/pay');
  const arn: unknown = stack.resolve(secret.secretArn);
  expect(environment(stack)).toMatchObject({ PAY_LINK_SECRET: arn, PAY_LINK_PATH: '/pay' });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
          Resource: arn,
        },
      ]),
    },
  });
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('noActionUrls'));
});

test('either header: API Gateway asks for all identity sources, so there is none', () => {
  const { stack } = attached({ credentialSource: CredentialSource.either() });
  Template.fromStack(stack).hasResourceProperties(AUTHORIZER, { IdentitySource: Match.absent() });
  expect(environment(stack).CREDENTIAL_SOURCE).toBe('either');
});

describe('values out of range', () => {
  test.each<[string, Partial<SubscriptionAuthorizerProps>, string, string]>([
    [
      'a lease of 61 s',
      { leaseDuration: Duration.seconds(61) },
      'LeaseDurationOutOfRange',
      '0 to 60 seconds, got 1 minute 1 second',
    ],
    [
      'half a millisecond',
      { leaseDuration: Duration.millis(0.5) },
      'LeaseDurationOutOfRange',
      'whole milliseconds',
    ],
    [
      'an outage grace of 16 min',
      { outagePolicy: OutagePolicy.refuse({ outageGrace: Duration.minutes(16) }) },
      'OutageGraceOutOfRange',
      'got 16 minutes',
    ],
    [
      'no grace',
      { outagePolicy: OutagePolicy.admitKnownPayers(Duration.seconds(0)) },
      'AdmitGraceOutOfRange',
      'use OutagePolicy.refuse()',
    ],
    [
      'a grace of 25 h',
      { outagePolicy: OutagePolicy.admitKnownPayers(Duration.hours(25)) },
      'AdmitGraceOutOfRange',
      'up to 24 hours',
    ],
    ['no pool keys', { poolKeys: 0 }, 'PoolKeysOutOfRange', '1 to 100, got 0'],
    ['101 pool keys', { poolKeys: 101 }, 'PoolKeysOutOfRange', 'got 101'],
    ['half a pool key', { poolKeys: 1.5 }, 'PoolKeysOutOfRange', 'got 1.5'],
    ['no plans', { plans: [] }, 'PlansMissing', '[Shop/Authorizer]'],
  ])('%s', (_, props, code, message) => {
    const error = paywallError(() => authorizer(props));
    expect(error.rules.map((rule) => rule.code)).toEqual([code]);
    expect(error.message).toContain(message);
  });

  test.each<[string, Partial<SubscriptionAuthorizerProps>]>([
    ['no lease', { leaseDuration: Duration.seconds(0) }],
    ['a lease of 60 s', { leaseDuration: Duration.seconds(60) }],
    [
      'an outage grace of 15 min',
      { outagePolicy: OutagePolicy.refuse({ outageGrace: Duration.minutes(15) }) },
    ],
    ['a grace of a day', { outagePolicy: OutagePolicy.admitKnownPayers(Duration.days(1)) }],
    ['100 pool keys', { poolKeys: 100 }],
  ])('%s is the last that is allowed', (_, props) => {
    expect(() => authorizer(props)).not.toThrow();
  });
});

describe('the catalogue', () => {
  const plans = [FREE, Plan.paid('pro', { quota: Quota.perMonth(1000), routes: ['GET /'] })];
  const expected = {
    plans: [
      { id: 'free', kind: 'free', trialDays: 0, graceDays: 0 },
      {
        id: 'pro',
        kind: 'paid',
        quota: { limit: 1000, period: 'month', anchor: 'calendar' },
        routes: ['GET /'],
        trialDays: 0,
        graceDays: 3,
      },
    ],
    routes: [
      { pattern: 'GET /', routeClass: 'paid', cost: 2 },
      { pattern: 'GET /me', routeClass: 'identified' },
    ],
    keyPrefix: 'acme',
    problemTypeBase: 'https://example.com/problems/',
    actionUrls: { update_payment_method: 'https://example.com/card?a={account}' },
  };

  function catalogued(): Stack {
    const { stack, authorizer: made } = attached({
      plans,
      routes: { 'GET /': Route.paid({ cost: 2 }) },
      keyPrefix: 'acme',
      problemTypeBase: 'https://example.com/problems/',
      actionUrls: { updatePaymentMethod: 'https://example.com/card?a={account}' },
    });
    made.addRoute('GET /me', Route.identified());
    return stack;
  }

  test('is a file beside the code, routes added later included', () => {
    const stack = catalogued();
    const assembly = (stack.node.root as App).synth();
    const [fn] = resourcesOf(stack, FUNCTION);
    const folder = join(
      assembly.directory,
      `asset.${(fn!.properties.Code.S3Key as string).replace('.zip', '')}`,
    );
    expect(JSON.parse(readFileSync(join(folder, 'catalogue.json'), 'utf8'))).toEqual(expected);
    expect(readFileSync(join(folder, 'index.js')).length).toBeGreaterThan(0);
  });

  test('is metadata of the function, for tools that read the template', () => {
    Template.fromStack(catalogued()).hasResource(FUNCTION, {
      Metadata: { 'cdk-api-paywall': { role: 'authorizer', catalogue: expected } },
    });
  });

  test('gives the asset a hash of its own, the same each time', () => {
    const key = (stack: Stack) => resourcesOf(stack, FUNCTION)[0]!.properties.Code.S3Key as string;
    expect(key(catalogued())).toBe(key(catalogued()));
    expect(key(catalogued())).not.toBe(key(attached().stack));
  });

  test('takes no route twice', () => {
    const made = authorizer({ routes: { 'ANY /reports': Route.paid() } });
    const error = paywallError(() => made.addRoute('* /reports', Route.public()));
    expect(error.code).toBe('RoutePatternDuplicate');
  });

  test('takes no route after it was written', () => {
    const { stack, authorizer: made } = attached();
    (stack.node.root as App).synth();
    const error = paywallError(() => made.addRoute('GET /late', Route.public()));
    expect(error.rules).toEqual([
      { code: 'CatalogueSealed', message: expect.stringContaining('routes must be added before synthesis') },
    ]);
  });
});

describe('API Gateway keys', () => {
  test('have values that are unique per stack and fit in 128 characters', () => {
    const stack = newStack();
    const made = new SubscriptionAuthorizer(new Stack(stack, 'A'.repeat(90)), 'Authorizer', {
      plans: [FREE],
    });
    const [, [name, stackUuid, suffix]] = stack.resolve(made.accountKeyValue('x'.repeat(40)))['Fn::Join'];
    expect(stackUuid).toEqual({ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] });
    expect(name.length + 36 + suffix.length).toBeLessThanOrEqual(128);
    expect(suffix).toBe(`-account-${'x'.repeat(40)}`);
    expect(stack.resolve(made.poolKeyValue(3))['Fn::Join'][1][2]).toBe('-pool-3');
  });
});

describe('metrics', () => {
  test.each([
    ['Allowed', (a: SubscriptionAuthorizer) => a.metricAllowed()],
    ['PaymentRequired', (a: SubscriptionAuthorizer) => a.metricPaymentRequired()],
    ['Unauthorized', (a: SubscriptionAuthorizer) => a.metricUnauthorized()],
    ['Forbidden', (a: SubscriptionAuthorizer) => a.metricForbidden()],
    ['Fault', (a: SubscriptionAuthorizer) => a.metricFault()],
  ])('%s is what the function writes', (metricName, metric) => {
    const made = authorizer();
    expect(metric(made)).toMatchObject({
      namespace: 'CdkApiPaywall',
      metricName,
      statistic: 'Sum',
      dimensions: { FunctionName: made.handler.functionName },
    });
  });

  test('take options', () => {
    const metric = authorizer().metricFault({ period: Duration.minutes(1), statistic: 'SampleCount' });
    expect(metric).toMatchObject({ statistic: 'SampleCount', period: Duration.minutes(1) });
  });
});

describe('belongs to one API', () => {
  test('and not to two', () => {
    const { stack, authorizer: made } = attached();
    const second = new apigateway.RestApi(stack, 'Second', { cloudWatchRole: false });
    const error = paywallError(() => second.root.addMethod('GET', mock(), { authorizer: made }));
    expect(error.message).toBe(
      'AuthorizerAttachedTwice: an authorizer belongs to one API, got Shop/Api and Shop/Second; make one for each [Shop/Authorizer]',
    );
  });

  test('and not to none', () => {
    const made = authorizer();
    expect(() => (made.node.root as App).synth()).toThrow(/AuthorizerNotAttached: .*pass it as authorizer/);
  });
});
