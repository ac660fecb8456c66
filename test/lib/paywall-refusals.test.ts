import { type App, Aspects, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Paywall, Plan, Quota, Route, type PaywallProps } from '../../lib';
import { FREE, mock, newStack, paywalled, paywallError } from './harness';

describe('an API that this app cannot redeploy is refused at once', () => {
  test.each<[string, (stack: Stack) => apigateway.IRestApi, string, string]>([
    [
      'imported by id',
      (s) => apigateway.RestApi.fromRestApiId(s, 'Api', 'abc'),
      'RestApiImported',
      'put the Paywall into the stack that makes it',
    ],
    [
      'imported by attributes',
      (s) => apigateway.RestApi.fromRestApiAttributes(s, 'Api', { restApiId: 'abc', rootResourceId: 'r' }),
      'RestApiImported',
      "got the imported 'Shop/Api'",
    ],
    [
      'made from a definition',
      (s) =>
        new apigateway.SpecRestApi(s, 'Api', {
          apiDefinition: apigateway.ApiDefinition.fromInline({ openapi: '3.0.2' }),
        }),
      'RestApiFromDefinition',
      'declare them with addMethod',
    ],
    [
      'with a body on its L1',
      (s) => {
        const api = new apigateway.RestApi(s, 'Api', { cloudWatchRole: false });
        (api.node.defaultChild as apigateway.CfnRestApi).body = {};
        return api;
      },
      'RestApiFromDefinition',
      'whose methods cannot be seen',
    ],
    [
      'without deployment',
      (s) => new apigateway.RestApi(s, 'Api', { deploy: false }),
      'RestApiNotDeployed',
      'deploy: false; remove that prop',
    ],
    [
      'with keys from a header',
      (s) => new apigateway.RestApi(s, 'Api', { apiKeySourceType: apigateway.ApiKeySourceType.HEADER }),
      'ApiKeySourceConflict',
      'must be AUTHORIZER, got HEADER',
    ],
    [
      'of another stack',
      (s) => new apigateway.RestApi(new Stack(s.node.root, 'Other'), 'Api', { cloudWatchRole: false }),
      'RestApiInAnotherStack',
      "must be made in the stack of the Paywall, 'Shop', got 'Other/Api' of 'Other'",
    ],
    [
      'of a nested stack',
      (s) => new apigateway.RestApi(new NestedStack(s, 'Nested'), 'Api', { cloudWatchRole: false }),
      'RestApiInAnotherStack',
      "got 'Shop/Nested/Api' of 'Shop/Nested'; put the Paywall into that stack",
    ],
  ])('%s', (_, make, code, message) => {
    const stack = newStack();
    const restApi = make(stack);
    const error = paywallError(() => new Paywall(stack, 'Paywall', { restApi, plans: [FREE] }));
    expect(error.rules.map((rule) => rule.code)).toEqual([code]);
    expect(error.message).toContain(message);
    expect(error.constructPath).toBe('Shop/Paywall');
    expect(stack.node.findChild('Paywall').node.children).toEqual([]);
  });

  test.each<[string, Partial<PaywallProps>, string]>([
    ['stageThrottle', { stageThrottle: { rateLimit: 0, burstLimit: 1 } }, 'ThrottleRateLimitNotPositive'],
    ['poolThrottle', { poolThrottle: { rateLimit: 1, burstLimit: 0 } }, 'ThrottleBurstLimitNotPositive'],
    ['mediaType', { mediaType: 'text/plain' }, 'MediaTypeInvalid'],
    ['poolKeys', { poolKeys: -1 }, 'PoolKeysOutOfRange'],
  ])('a wrong %s is one, too', (prop, props, code) => {
    const error = paywallError(() => paywalled(props));
    expect(error.code).toBe(code);
    expect(error.message).toContain(prop);
  });
});

/** Messages of a synthesis that fails; empty when it succeeds. */
function synthesize(stack: Stack): string {
  try {
    (stack.node.root as App).synth();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

type World = ReturnType<typeof paywalled>;

const cfnMethod = ({ restApi }: World, index = 0) =>
  restApi.methods[index]!.node.defaultChild as apigateway.CfnMethod;
const cfnRestApi = ({ restApi }: World) => restApi.node.defaultChild as apigateway.CfnRestApi;
const allowAll = () =>
  new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['*'],
  });

describe('what is wrong in the end fails the synthesis', () => {
  test.each<[string, (world: World) => void, string, string]>([
    [
      'a method in a stack that is deployed after the API',
      ({ stack, restApi }) => {
        const { restApiId, restApiRootResourceId: rootResourceId } = restApi;
        const other = new Stack(stack.node.root, 'Other');
        const imported = apigateway.RestApi.fromRestApiAttributes(other, 'Api', {
          restApiId,
          rootResourceId,
        });
        imported.root.addResource('late').addMethod('GET', mock());
      },
      'MethodInAnotherStack',
      "GET /late must be in the stack of the API, 'Shop', or in one nested in it, got 'Other'",
    ],
    [
      'an identified route whose answers are cached for others',
      ({ restApi, paywall }) => {
        restApi.root.addResource('me').addMethod('GET', mock());
        paywall.addRoute('GET /me', Route.identified());
        const stage = restApi.deploymentStage.node.defaultChild as apigateway.CfnStage;
        stage.cacheClusterEnabled = true;
        stage.methodSettings = [{ resourcePath: '/*', httpMethod: '*', cachingEnabled: true }];
      },
      'IdentifiedRouteCached',
      'GET /me is identified, and its answers must not be cached for others',
    ],
    [
      'a resource policy',
      ({ restApi }) => restApi.addToResourcePolicy(allowAll()),
      'ResourcePolicyUnacknowledged',
      'pass acknowledgeResourcePolicy: true',
    ],
    [
      'a resource policy on the L1',
      (world) => cfnRestApi(world).addPropertyOverride('Policy', { Statement: [] }),
      'ResourcePolicyUnacknowledged',
      'its denials would leave as 402',
    ],
    [
      'another key source',
      (world) => cfnRestApi(world).addPropertyOverride('ApiKeySourceType', 'HEADER'),
      'ApiKeySourceConflict',
      'got HEADER; remove the override',
    ],
    [
      'no key source',
      (world) => cfnRestApi(world).addPropertyDeletionOverride('ApiKeySourceType'),
      'ApiKeySourceConflict',
      'got undefined',
    ],
    [
      'a cache',
      ({ paywall }) =>
        void ((
          paywall.authorizer.node.defaultChild as apigateway.CfnAuthorizer
        ).authorizerResultTtlInSeconds = 300),
      'AuthorizerCacheEnabled',
      'must be 0, got 300',
    ],
    [
      'the default cache',
      ({ paywall }) =>
        (paywall.authorizer.node.defaultChild as CfnResource).addPropertyDeletionOverride(
          'AuthorizerResultTtlInSeconds',
        ),
      'AuthorizerCacheEnabled',
      'got undefined',
    ],
    [
      'a stage made elsewhere',
      ({ stack, restApi }) =>
        void new apigateway.Stage(stack, 'Beta', {
          deployment: restApi.latestDeployment!,
          stageName: 'beta',
        }),
      'StageUnsupported',
      'got Shop/Beta/Resource',
    ],
    [
      'no keys on the stage',
      ({ paywall }) => void paywall.node.tryRemoveChild('UsagePlans'),
      'UsagePlanKeyMissing',
      'do not remove the pool',
    ],
    [
      'a pool of another stage',
      ({ paywall }) =>
        (paywall.poolUsagePlan.node.defaultChild as CfnResource).addPropertyOverride(
          'ApiStages.0.Stage',
          'other',
        ),
      'UsagePlanKeyMissing',
      'got none',
    ],
    [
      'a method with IAM',
      ({ restApi }) =>
        void restApi.root.addMethod('GET', mock(), { authorizationType: apigateway.AuthorizationType.IAM }),
      'MethodEscapesAuthorizer',
      'GET / must be authorized by the Paywall, got AWS_IAM; remove that authorization, or declare the route Route.public() [Shop/Api/Default/GET/Resource]',
    ],
    [
      'a method with another authorizer',
      ({ restApi, stack }) =>
        void restApi.root.addMethod('GET', mock(), {
          authorizationType: apigateway.AuthorizationType.CUSTOM,
          authorizer: { authorizerId: stack.resolve('other') as string },
        }),
      'MethodEscapesAuthorizer',
      'got another authorizer',
    ],
    [
      'a method opened by an override',
      (world) => cfnMethod(world).addPropertyOverride('AuthorizationType', 'NONE'),
      'MethodEscapesAuthorizer',
      'GET /reports must be authorized by the Paywall, got NONE',
    ],
    [
      'a method opened by a later aspect',
      (world) =>
        Aspects.of(world.stack).add(
          {
            visit: (node) =>
              void (node === cfnMethod(world) && (cfnMethod(world).authorizationType = 'NONE')),
          },
          { priority: 900 },
        ),
      'MethodEscapesAuthorizer',
      'got NONE',
    ],
    [
      'a method of raw properties',
      ({ restApi, stack }) =>
        void new CfnResource(stack, 'Raw', {
          type: 'AWS::ApiGateway::Method',
          properties: {
            RestApiId: restApi.restApiId,
            ResourceId: restApi.root.resourceId,
            HttpMethod: 'GET',
            AuthorizationType: 'NONE',
          },
        }),
      'MethodPathUnknown',
      'build its resource with addResource [Shop/Raw]',
    ],
    [
      'a method on a resource of elsewhere',
      ({ restApi, stack }) =>
        void new apigateway.CfnMethod(stack, 'Stray', {
          restApiId: restApi.restApiId,
          resourceId: 'abc123',
          httpMethod: 'GET',
        }),
      'MethodPathUnknown',
      'GET (unknown path)',
    ],
    [
      'a method without key',
      (world) => cfnMethod(world).addPropertyOverride('ApiKeyRequired', false),
      'MethodWithoutUsagePlan',
      'apiKeyRequired of GET /reports must be true, got false',
    ],
    [
      'a public method with key',
      ({ restApi, paywall }) =>
        paywall.addMethodRoute(
          restApi.root.addMethod('GET', mock(), { apiKeyRequired: true }),
          Route.public(),
        ),
      'PublicMethodRequiresKey',
      'apiKeyRequired of the public GET / must be false',
    ],
    [
      'a public verb of ANY',
      ({ restApi, paywall }) => {
        restApi.root.addMethod('ANY', mock());
        paywall.addRoute('GET /', Route.public());
      },
      'PublicRouteCoversPartOfMethod',
      "declare a method for each public verb, or 'ANY /' as public",
    ],
    [
      'a route that no method has',
      ({ paywall }) => paywall.addRoute('GET /report', Route.public()),
      'RouteUnmatched',
      "routes must match a method of the API, got 'GET /report'; the API has 'GET /reports'",
    ],
    [
      'a verb that no method has',
      ({ paywall }) => paywall.addRoute('POST /reports', Route.paid()),
      'RouteUnmatched',
      "got 'POST /reports'",
    ],
  ])('%s', (_, spoil, code, message) => {
    const world = paywalled();
    spoil(world);
    const failure = synthesize(world.stack);
    expect(failure).toContain(`[Shop/Paywall] ${code}: `);
    expect(failure).toContain(message);
    expect(failure.match(/\[Shop\/Paywall\] \w+: /g)).toHaveLength(1);
  });

  test('a plan with a route that no method has', () => {
    const { stack } = paywalled({ plans: [Plan.free('free', { routes: ['* /reports/*', 'GET /exports'] })] });
    expect(synthesize(stack)).toContain(
      "RouteUnmatched: routes of plan 'free' must match a method of the API, got 'GET /exports'",
    );
  });

  test('a route that costs more than a plan ever grants', () => {
    const plans = [
      Plan.free('free', { quota: Quota.perDay(4) }),
      Plan.paid('pro', { quota: Quota.perDay(5) }),
    ];
    const { stack, paywall } = paywalled({ plans });
    paywall.addRoute('GET /reports', Route.paid({ cost: 5 }));
    const failure = synthesize(stack);
    expect(failure).toContain("RouteCostAboveQuota: cost of 'GET /reports' must be at most the quota");
    expect(failure).toContain("got 5 with plan 'free'");
    expect(failure).not.toContain("with plan 'pro'");
  });

  test('two paywalls around one API', () => {
    const { stack, restApi } = paywalled();
    new Paywall(stack, 'Second', { restApi, plans: [FREE] });
    expect(synthesize(stack)).toContain('[Shop/Second] MethodEscapesAuthorizer');
  });

  test('everything at once', () => {
    const world = paywalled();
    cfnRestApi(world).addPropertyOverride('ApiKeySourceType', 'HEADER');
    cfnMethod(world).addPropertyOverride('AuthorizationType', 'NONE');
    world.paywall.addRoute('GET /typo', Route.public());
    const failure = synthesize(world.stack);
    for (const code of ['ApiKeySourceConflict', 'MethodEscapesAuthorizer', 'RouteUnmatched']) {
      expect(failure).toContain(code);
    }
  });
});

describe('what is right passes', () => {
  test.each<[string, Partial<PaywallProps>, (world: World) => void]>([
    ['nothing special', {}, () => undefined],
    [
      'an acknowledged resource policy',
      { acknowledgeResourcePolicy: true },
      ({ restApi }) => restApi.addToResourcePolicy(allowAll()),
    ],
    [
      'a public method with IAM',
      { routes: { 'GET /': Route.public() } },
      ({ restApi }) =>
        void restApi.root.addMethod('GET', mock(), { authorizationType: apigateway.AuthorizationType.IAM }),
    ],
    [
      'the authorizer given to a method by hand',
      {},
      ({ restApi, paywall }) =>
        void restApi.root.addMethod('GET', mock(), { authorizer: paywall.authorizer }),
    ],
    [
      'an identified route that is cached for each credential by itself',
      { routes: { 'GET /me': Route.identified() } },
      ({ restApi }) => {
        const header = 'method.request.header.Authorization';
        const integration = new apigateway.HttpIntegration('https://example.com/', {
          options: { cacheKeyParameters: [header] },
        });
        restApi.root
          .addResource('me')
          .addMethod('GET', integration, { requestParameters: { [header]: false } });
        const stage = restApi.deploymentStage.node.defaultChild as apigateway.CfnStage;
        stage.cacheClusterEnabled = true;
        stage.methodSettings = [{ resourcePath: '/*', httpMethod: '*', cachingEnabled: true }];
      },
    ],
    [
      'an identified route that is left out of the cache',
      { routes: { 'GET /me': Route.identified() } },
      ({ restApi }) => {
        restApi.root.addResource('me').addMethod('GET', mock());
        const stage = restApi.deploymentStage.node.defaultChild as apigateway.CfnStage;
        stage.cacheClusterEnabled = true;
        stage.methodSettings = [
          { resourcePath: '/*', httpMethod: '*', cachingEnabled: true },
          { resourcePath: '/~1me', httpMethod: 'GET', cachingEnabled: false },
        ];
      },
    ],
    ['a pattern for everything', { routes: { '* /*': Route.paid({ cost: 2 }) } }, () => undefined],
    [
      'a verb served by ANY',
      { routes: { 'DELETE /': Route.paid({ scope: 'admin' }) } },
      ({ restApi }) => void restApi.root.addMethod('ANY', mock()),
    ],
  ])('%s', (_, props, add) => {
    const world = paywalled(props);
    add(world);
    expect(synthesize(world.stack)).toBe('');
  });
});
