import { Aspects, type CfnResource, Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { CredentialSource, Plan, Quota, Route, SubscriptionAuthorizer, type PaywallProps } from '../../lib';
import { deploymentId, FREE, mock, newStack, paywalled } from './harness';

type World = ReturnType<typeof paywalled>;

function idOf(props: Partial<PaywallProps> = {}, change: (world: World) => void = () => undefined): string {
  const world = paywalled(props);
  const status = world.restApi.root.addResource('status').addMethod('GET', mock());
  if (!props.routes) world.paywall.addMethodRoute(status, Route.public());
  change(world);
  return deploymentId(world.stack);
}

const UNCHANGED = idOf();

test('nothing changed: the deployment keeps its id', () => {
  expect(idOf()).toBe(UNCHANGED);
});

test('what is not part of a deployment does not make a new one', () => {
  expect(idOf({ stageThrottle: { rateLimit: 9, burstLimit: 9 }, poolKeys: 3 })).toBe(UNCHANGED);
  expect(idOf({}, ({ paywall }) => void paywall.addAccountKey('acme', 'free'))).toBe(UNCHANGED);
  expect(idOf({ leaseDuration: Duration.seconds(1) })).toBe(UNCHANGED);
});

describe('one thing changed: a new deployment', () => {
  const changes: [string, Partial<PaywallProps>, ((world: World) => void)?][] = [
    ['the class of a route', { routes: { 'GET /status': Route.identified() } }],
    [
      'the scope of a route',
      { routes: { 'GET /status': Route.public(), 'GET /reports': Route.paid({ scope: 'x' }) } },
    ],
    [
      'the cost of a route',
      { routes: { 'GET /status': Route.public(), 'GET /reports': Route.paid({ cost: 2 }) } },
    ],
    ['a quota', { plans: [Plan.free('free', { quota: Quota.perDay(1) })] }],
    ['a plan', { plans: [FREE, Plan.paid('pro')] }],
    ['the routes of a plan', { plans: [Plan.free('free', { routes: ['GET /reports'] })] }],
    ['the prefix of keys', { keyPrefix: 'acme' }],
    ['where the credential is', { credentialSource: CredentialSource.apiKeyHeader() }],
    ['a link', { actionUrls: { subscribe: 'https://example.com/' } }],
    ['the pages of problems', { problemTypeBase: 'https://example.com/' }],
    ['the origin of the responses', { allowOrigin: 'https://example.com' }],
    ['the media type of the responses', { mediaType: 'application/problem+json' }],
    ['a Retry-After', { retryAfterThrottle: Duration.seconds(3) }],
    ['a method', {}, ({ restApi }) => void restApi.root.addMethod('GET', mock())],
    [
      'an integration, by an override',
      {},
      ({ restApi }) =>
        (restApi.methods[0]!.node.defaultChild as CfnResource).addPropertyOverride(
          'Integration.TimeoutInMillis',
          50,
        ),
    ],
    [
      'the authorization of a method, by an aspect',
      {},
      ({ restApi, stack }) =>
        Aspects.of(stack).add(
          {
            visit: (node) => {
              const method = restApi.methods[1]!.node.defaultChild as apigateway.CfnMethod;
              if (node === method) method.authorizationType = apigateway.AuthorizationType.IAM;
            },
          },
          { priority: 900 },
        ),
    ],
    [
      'a response, by an override',
      {},
      ({ paywall }) =>
        (paywall.responses.responses.THROTTLED!.node.defaultChild as CfnResource).addPropertyOverride(
          'StatusCode',
          '420',
        ),
    ],
    [
      'a response of the user, made as L1',
      {},
      ({ restApi, stack }) =>
        void new apigateway.CfnGatewayResponse(stack, 'Filtered', {
          restApiId: restApi.restApiId,
          responseType: 'WAF_FILTERED',
          statusCode: '418',
        }),
    ],
    [
      'the policy of the API',
      { acknowledgeResourcePolicy: true },
      ({ restApi }) =>
        (restApi.node.defaultChild as CfnResource).addPropertyOverride('Policy', { Statement: [] }),
    ],
  ];

  test.each(changes.map(([name, props, change]) => ({ name, props, change })))(
    '$name',
    ({ props, change }) => {
      expect(idOf(props, change)).not.toBe(UNCHANGED);
    },
  );
});

describe('an authorizer used alone', () => {
  function alone(change: (resource: apigateway.CfnAuthorizer) => void, flag: boolean): string {
    const stack = newStack({
      context: { '@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId': flag },
    });
    const authorizer = new SubscriptionAuthorizer(stack, 'Authorizer', { plans: [FREE] });
    const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
    restApi.root.addMethod('GET', mock(), { authorizer });
    restApi.root.addMethod('POST', mock(), { authorizer });
    change(authorizer.node.defaultChild as apigateway.CfnAuthorizer);
    return deploymentId(stack);
  }

  test.each([true, false])('goes live when its results cache changes, flag %p', (flag) => {
    const before = alone(() => undefined, flag);
    expect(alone(() => undefined, flag)).toBe(before);
    expect(alone((resource) => void (resource.authorizerResultTtlInSeconds = 60), flag)).not.toBe(before);
  });
});
