import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  CredentialSource,
  Plan,
  Quota,
  QuotaAnchor,
  QuotaEnforcement,
  Route,
  SubscriptionAuthorizer,
  UsageKeyProvisioner,
  type PaywallProps,
} from '../../lib';
import { deploymentId, mock, newStack, paywallError, paywalled, resourcesOf } from './harness';

const PLANS = [
  Plan.free('free', { quota: Quota.perDay(100) }),
  Plan.paid('pro', { quota: Quota.perMonth(100_000), throttle: { rateLimit: 5, burstLimit: 9 } }),
  Plan.paid('open'),
];
const CACHED = QuotaEnforcement.usagePlan({ resultsCacheTtl: Duration.minutes(5) });

function counted(props: Partial<PaywallProps> = {}) {
  const world = paywalled({ plans: PLANS, quotaEnforcement: QuotaEnforcement.usagePlan(), ...props });
  const provisioner = new UsageKeyProvisioner(world.stack, 'UsageKeys', { paywall: world.paywall });
  return { ...world, provisioner };
}

const codesOf = (props: Partial<PaywallProps>) =>
  paywallError(() => counted(props)).rules.map(({ code }) => code);

/** Message of the failed synth, empty when it succeeds. */
function failureOf(stack: Parameters<typeof Template.fromStack>[0]): string {
  try {
    Template.fromStack(stack);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

test('the usage plans hold the quotas, and the pool none', () => {
  const { stack, paywall } = counted();
  const quotas = Object.fromEntries(
    resourcesOf(stack, 'AWS::ApiGateway::UsagePlan').map(({ id, properties }) => [id, properties.Quota]),
  );
  const idOf = (plan: apigateway.UsagePlan) => stack.getLogicalId(plan.node.defaultChild as never);
  expect(quotas).toEqual({
    [idOf(paywall.usagePlans.free!)]: { Limit: 100, Period: 'DAY' },
    [idOf(paywall.usagePlans.pro!)]: { Limit: 100_000, Period: 'MONTH' },
    [idOf(paywall.usagePlans.open!)]: undefined,
    [idOf(paywall.poolUsagePlan)]: undefined,
  });
});

test('counted exactly, the usage plans hold throttles only', () => {
  const { stack } = paywalled({ plans: PLANS, quotaEnforcement: QuotaEnforcement.exact() });
  for (const { properties } of resourcesOf(stack, 'AWS::ApiGateway::UsagePlan'))
    expect(properties.Quota).toBeUndefined();
});

test('the function is told by its catalogue who counts', () => {
  const metadata = (props: Partial<PaywallProps>) =>
    counted(props).paywall.authorizer._catalogue.definition.quotaEnforcement;
  expect(metadata({})).toBe('usage-plan');
  expect(metadata({ quotaEnforcement: QuotaEnforcement.exact() })).toBeUndefined();
});

describe('the results cache', () => {
  test('is off by default', () => {
    const { stack } = counted();
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'method.request.header.Authorization',
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('cache/authorizers');
  });

  test('tells methods apart, and the function knows of it', () => {
    const { stack } = counted({ quotaEnforcement: CACHED });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: 'method.request.header.Authorization,context.httpMethod,context.resourcePath',
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ RESULTS_CACHED: 'true', USAGE_KEY_SCOPE: Match.anyValue() }),
      },
    });
  });

  test('is flushed by a function that may do nothing else, whenever an account has changed', () => {
    const { stack, restApi, provisioner } = counted({ quotaEnforcement: CACHED });
    const template = Template.fromStack(stack);
    const stageName: unknown = stack.resolve(restApi.deploymentStage.stageName);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'apigateway:DELETE',
            Resource: {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':apigateway:',
                  { Ref: 'AWS::Region' },
                  '::/restapis/',
                  stack.resolve(restApi.restApiId),
                  '/stages/',
                  stageName,
                  '/cache/authorizers',
                ],
              ],
            },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const name = stack.getLogicalId(provisioner.handler.node.defaultChild as never);
    expect(template.toJSON().Resources[name].Properties.Environment.Variables).toHaveProperty(
      'FLUSH_QUEUE_URL',
    );
  });

  test('keeps a key that nobody is told to use for as long as an answer may name it', () => {
    const hour = QuotaEnforcement.usagePlan({ resultsCacheTtl: Duration.hours(1) });
    const { stack, provisioner } = counted({ quotaEnforcement: hour });
    const name = stack.getLogicalId(provisioner.handler.node.defaultChild as never);
    const { DRAIN_MS } = Template.fromStack(stack).toJSON().Resources[name].Properties.Environment.Variables;
    // The hour, 10 seconds of lease, 30 of grace, and a minute.
    expect(DRAIN_MS).toBe('3700000');
  });

  test('may give out the link of a refusal for so long: it outlives that by an hour', () => {
    const { stack, paywall } = counted({ quotaEnforcement: CACHED });
    paywall.authorizer.signPayLinks(new secretsmanager.Secret(stack, 'Link'), '/pay');
    const name = stack.getLogicalId(paywall.authorizer.handler.node.defaultChild as never);
    const { Variables } = Template.fromStack(stack).toJSON().Resources[name].Properties.Environment;
    expect(Variables).toMatchObject({ PAY_LINK_PATH: '/pay', PAY_LINK_LIFETIME_MS: '3900000' });
  });

  test('makes a new deployment when it changes', () => {
    const ids = [QuotaEnforcement.usagePlan(), CACHED].map((quotaEnforcement) =>
      deploymentId(counted({ quotaEnforcement }).stack),
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('is what was declared, whatever an override says', () => {
    const { stack, paywall } = counted({ quotaEnforcement: CACHED });
    const resource = paywall.authorizer.node.defaultChild as apigateway.CfnAuthorizer;
    resource.authorizerResultTtlInSeconds = 600;
    expect(failureOf(stack)).toContain(
      'AuthorizerCacheEnabled: authorizerResultTtlInSeconds must be 300, got 600; remove the override: pass ' +
        'resultsCacheTtl to QuotaEnforcement.usagePlan()',
    );
  });
});

describe('refused at synth', () => {
  test('everything that usage plans cannot express, all of it together', () => {
    const { ANNIVERSARY } = QuotaAnchor;
    const codes = codesOf({
      plans: [
        Plan.paid('soft', { quota: Quota.perDay(10, { maxOverage: 5 }) }),
        Plan.paid('anniversary', { quota: Quota.perMonth(10, { anchor: ANNIVERSARY }) }),
        Plan.paid('weekly', { quota: Quota.perWeek(10) }),
        Plan.paid('grace', { quota: Quota.perDay(10), graceQuota: 3 }),
        Plan.paid('huge', { quota: Quota.perDay(2 ** 31) }),
      ],
      routes: { 'GET /reports': Route.paid({ cost: 2 }) },
      quotaEnforcement: QuotaEnforcement.usagePlan({ resultsCacheTtl: Duration.hours(2) }),
      credentialSource: CredentialSource.either(),
    });
    expect(codes.sort()).toEqual([
      'GraceQuotaNotInUsagePlan',
      'MaxOverageNotInUsagePlan',
      'QuotaAnchorNotInUsagePlan',
      'QuotaLimitNotInUsagePlan',
      'QuotaPeriodNotInUsagePlan',
      'ResultsCacheTtlOutOfRange',
      'ResultsCacheWithoutIdentitySource',
      'RouteCostNotInUsagePlan',
    ]);
  });

  test.each([Duration.millis(1500), Duration.seconds(3601)])('a cache for %s', (resultsCacheTtl) => {
    expect(codesOf({ quotaEnforcement: QuotaEnforcement.usagePlan({ resultsCacheTtl }) })).toEqual([
      'ResultsCacheTtlOutOfRange',
    ]);
  });

  test('a route of several units that is added later', () => {
    const { paywall } = counted();
    const { rules } = paywallError(() => paywall.addRoute('GET /reports', Route.paid({ cost: 5 })));
    expect(rules).toEqual([
      {
        code: 'RouteCostNotInUsagePlan',
        message:
          "cost of route 'GET /reports' must be 1 with QuotaEnforcement.usagePlan(), got 5; leave it out, or count by " +
          'QuotaEnforcement.exact()',
      },
    ]);
  });

  test.each([
    ['no provisioner', undefined, "'free', 'pro', 'open'"],
    ['one for some of the plans', ['pro'], "'free', 'open'"],
  ])('%s', (_, plans, left) => {
    const { stack, paywall } = paywalled({ plans: PLANS, quotaEnforcement: QuotaEnforcement.usagePlan() });
    if (plans) new UsageKeyProvisioner(stack, 'UsageKeys', { paywall, plans });
    expect(failureOf(stack)).toContain(`UsageKeyProvisionerMissing: with QuotaEnforcement.usagePlan()`);
    expect(failureOf(stack)).toContain(`got none for ${left}; add new UsageKeyProvisioner(...)`);
  });

  test('an authorizer on its own, as nobody proves that a call counts', () => {
    const stack = newStack();
    const authorizer = new SubscriptionAuthorizer(stack, 'Authorizer', {
      plans: PLANS,
      quotaEnforcement: QuotaEnforcement.usagePlan(),
    });
    new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false }).root.addMethod('GET', mock(), {
      authorizer,
    });
    expect(failureOf(stack)).toContain('QuotaEnforcementNeedsPaywall');
  });
});
