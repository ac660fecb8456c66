import { Aspects, CfnParameter, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CredentialSource, Paywall, Plan, Route } from '../../lib';
import { FREE, methodsOf, mock, newStack, paidApi, paywalled, paywallError, resourcesOf } from './harness';

describe('every method is guarded', () => {
  const guarded = (stack: Stack, paywall: Paywall) => ({
    AuthorizationType: 'CUSTOM',
    AuthorizerId: stack.resolve(paywall.authorizer.authorizerId),
    ApiKeyRequired: true,
  });

  test('those made before the paywall and those made after it', () => {
    const { stack, restApi, paywall } = paywalled();
    restApi.root.addResource('later').addMethod('ANY', mock());
    restApi.root.addMethod('POST', mock());
    restApi.root.addProxy({ anyMethod: true, defaultIntegration: mock() });
    const methods = methodsOf(stack);
    expect(Object.keys(methods).sort()).toEqual(
      ['ANY /', 'ANY /later', 'ANY /{proxy+}', 'GET /reports', 'POST /'].sort(),
    );
    for (const method of Object.values(methods)) expect(method).toMatchObject(guarded(stack, paywall));
  });

  test('those made by an aspect', () => {
    const { stack, restApi, paywall } = paywalled();
    Aspects.of(restApi).add(
      { visit: (node) => void (node === restApi && restApi.root.addMethod('GET', mock())) },
      { priority: 10 },
    );
    expect(methodsOf(stack)['GET /']).toMatchObject(guarded(stack, paywall));
  });

  test('those made as L1', () => {
    const { stack, restApi, paywall } = paywalled();
    const part = new apigateway.CfnResource(stack, 'Part', {
      restApiId: restApi.restApiId,
      parentId: restApi.root.resourceId,
      pathPart: 'raw',
    });
    const method = new apigateway.CfnMethod(stack, 'Method', {
      restApiId: restApi.restApiId,
      resourceId: part.ref,
      httpMethod: 'GET',
      integration: { type: 'MOCK' },
    });
    expect(methodsOf(stack)['GET /raw']).toMatchObject(guarded(stack, paywall));
    const [deployment] = Object.values(
      Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'),
    );
    expect(deployment!.DependsOn).toContain(stack.getLogicalId(method));
  });

  test('those in a nested stack', () => {
    const { stack, restApi } = paywalled();
    const nested = new NestedStack(stack, 'Nested');
    const imported = apigateway.RestApi.fromRestApiAttributes(nested, 'Api', {
      restApiId: restApi.restApiId,
      rootResourceId: restApi.restApiRootResourceId,
    });
    imported.root.addResource('nested').addMethod('GET', mock());
    Template.fromStack(nested).hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      ApiKeyRequired: true,
    });
    // A deployment that does not wait for the nested stack is a snapshot of what was there before.
    const [deployment] = Object.values(
      Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'),
    );
    expect(deployment!.DependsOn).toContain(stack.getLogicalId(nested.nestedStackResource!));
  });

  test('an explicit NONE is no declaration: CDK writes it by itself', () => {
    const { stack, restApi, paywall } = paywalled();
    restApi.root.addMethod('GET', mock(), { authorizationType: apigateway.AuthorizationType.NONE });
    expect(methodsOf(stack)['GET /']).toMatchObject(guarded(stack, paywall));
  });

  test('those of another API are left alone', () => {
    const { stack } = paywalled();
    const other = new apigateway.RestApi(stack, 'Other', { cloudWatchRole: false });
    other.root.addMethod('GET', mock());
    expect(methodsOf(stack)['GET /']).toMatchObject({ AuthorizationType: 'NONE' });
  });

  test('those of the same API in another stack of the app are left alone', () => {
    const { stack } = paywalled();
    const twin = new Stack(stack.node.root, 'Twin');
    const restApi = new apigateway.RestApi(twin, 'Api', { cloudWatchRole: false });
    restApi.root.addMethod('GET', mock());
    expect(methodsOf(twin)['GET /']).toMatchObject({ AuthorizationType: 'NONE' });
  });
});

describe('public routes', () => {
  test('a route without authorizer of an API that existed keeps it that way', () => {
    const stack = newStack();
    const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
    restApi.root.addResource('status').addMethod('GET', mock());
    restApi.root.addResource('reports').addMethod('GET', mock());
    new Paywall(stack, 'Paywall', { restApi, plans: [FREE], routes: { 'GET /status': Route.public() } });
    const methods = methodsOf(stack);
    expect(methods['GET /status']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['GET /status']).not.toHaveProperty('ApiKeyRequired');
    expect(methods['GET /reports']).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
  });

  test('may be declared later, by pattern or by method', () => {
    const { stack, restApi, paywall } = paywalled();
    const open = restApi.root.addResource('open');
    open.addMethod('GET', mock());
    paywall.addRoute('* /open/*', Route.public());
    paywall.addMethodRoute(restApi.root.addResource('health').addMethod('ANY', mock()), Route.public());
    const methods = methodsOf(stack);
    expect(methods['GET /open']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['ANY /health']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['GET /reports']).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  test('may cover a verb while ANY serves the others', () => {
    const { stack, restApi, paywall } = paywalled();
    const part = restApi.root.addResource('mixed');
    part.addMethod('ANY', mock());
    part.addMethod('GET', mock());
    paywall.addRoute('GET /mixed', Route.public());
    const methods = methodsOf(stack);
    expect(methods['GET /mixed']).toMatchObject({ AuthorizationType: 'NONE' });
    expect(methods['ANY /mixed']).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  test('the more specific pattern holds', () => {
    const { stack, paywall } = paywalled({ routes: { '* /*': Route.public() } });
    paywall.addRoute('GET /reports', Route.paid());
    expect(methodsOf(stack)['GET /reports']).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  test('CORS preflights are public by themselves', () => {
    const { stack, restApi } = paywalled();
    restApi.root.resourceForPath('reports').addCorsPreflight({ allowOrigins: ['*'] });
    expect(methodsOf(stack)['OPTIONS /reports']).toMatchObject({
      AuthorizationType: 'NONE',
      ApiKeyRequired: false,
    });
  });

  test('an OPTIONS method of a backend is not a preflight of API Gateway', () => {
    const { stack, restApi } = paywalled();
    restApi.root.addMethod('OPTIONS', new apigateway.HttpIntegration('https://example.com'));
    expect(methodsOf(stack)['OPTIONS /']).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });
});

describe('the credential stays here', () => {
  const parametersOf = (stack: Stack) => methodsOf(stack)['GET /']!.Integration.RequestParameters as unknown;
  const proxy = (requestParameters?: Record<string, string>) =>
    new apigateway.HttpIntegration('https://example.com', { proxy: true, options: { requestParameters } });

  test.each([
    [CredentialSource.bearer(), ['Authorization']],
    [CredentialSource.apiKeyHeader(), ['x-api-key']],
    [CredentialSource.either(), ['Authorization', 'x-api-key']],
  ])('an HTTP_PROXY backend does not get the header of source %#', (credentialSource, headers) => {
    const { stack, restApi } = paywalled({ credentialSource });
    restApi.root.addMethod('GET', proxy());
    expect(parametersOf(stack)).toEqual(
      Object.fromEntries(headers.map((header) => [`integration.request.header.${header}`, "'withheld'"])),
    );
  });

  test('unless asked', () => {
    const { stack, restApi } = paywalled({ forwardCredential: true });
    restApi.root.addMethod('GET', proxy());
    expect(parametersOf(stack)).toBeUndefined();
  });

  test('a header that the user maps is left alone', () => {
    const { stack, restApi } = paywalled();
    restApi.root.addMethod('GET', proxy({ 'integration.request.header.authorization': "'Basic abc'" }));
    expect(parametersOf(stack)).toEqual({ 'integration.request.header.authorization': "'Basic abc'" });
  });

  test('a public route forwards what it gets', () => {
    const { stack, restApi, paywall } = paywalled();
    restApi.root.addMethod('GET', proxy());
    paywall.addRoute('GET /', Route.public());
    expect(parametersOf(stack)).toBeUndefined();
  });
});

test('throttles may be parameters of the stack', () => {
  const stack = newStack();
  const limit = new CfnParameter(stack, 'Limit', { type: 'Number' }).valueAsNumber;
  const throttle = { rateLimit: limit, burstLimit: limit };
  paidApi(
    { plans: [Plan.paid('pro', { throttle })], stageThrottle: throttle, poolThrottle: throttle },
    stack,
  );
  const plans = resourcesOf(stack, 'AWS::ApiGateway::UsagePlan');
  expect(plans.map(({ properties }) => properties.Throttle as unknown)).toEqual(
    Array(2).fill({ RateLimit: { Ref: 'Limit' }, BurstLimit: { Ref: 'Limit' } }),
  );
});

describe('usage plans', () => {
  const plans = [FREE, Plan.paid('pro', { throttle: { rateLimit: 50, burstLimit: 100 } })];

  test('there is one per plan, bound to the stage, and one for the pool', () => {
    const { stack, restApi, paywall } = paywalled({ plans });
    const template = Template.fromStack(stack);
    const bound = [
      {
        ApiId: stack.resolve(restApi.restApiId),
        Stage: stack.resolve(restApi.deploymentStage.stageName),
        Throttle: {},
      },
    ];
    template.resourceCountIs('AWS::ApiGateway::UsagePlan', 3);
    expect(Object.keys(paywall.usagePlans)).toEqual(['free', 'pro']);
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      UsagePlanName: Match.stringLikeRegexp('-free$'),
      Throttle: Match.absent(),
      ApiStages: bound,
    });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      UsagePlanName: Match.stringLikeRegexp('-pro$'),
      Throttle: { RateLimit: 50, BurstLimit: 100 },
      ApiStages: bound,
    });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      UsagePlanName: Match.stringLikeRegexp('-Pool$'),
      Throttle: { RateLimit: 500, BurstLimit: 500 },
      ApiStages: bound,
    });
  });

  test('the keys of the pool are those that the function counts on', () => {
    const { stack, paywall } = paywalled({ poolKeys: 3 });
    const keys = resourcesOf(stack, 'AWS::ApiGateway::ApiKey');
    expect(keys.map((key) => key.properties.Value as unknown)).toEqual(
      [0, 1, 2].map((index) => stack.resolve(paywall.authorizer.poolKeyValue(index)) as unknown),
    );
    expect(keys.every((key) => key.properties.Enabled === true)).toBe(true);
    expect(resourcesOf(stack, 'AWS::ApiGateway::UsagePlanKey').map((key) => key.properties)).toEqual(
      keys.map((key) => ({
        KeyId: { Ref: key.id },
        KeyType: 'API_KEY',
        UsagePlanId: stack.resolve(paywall.poolUsagePlan.usagePlanId) as unknown,
      })),
    );
  });

  test('an account may have a key of its own on its plan', () => {
    const { stack, paywall } = paywalled({ plans });
    const key = paywall.addAccountKey('acme', 'pro');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::ApiKey', {
      Enabled: true,
      Value: stack.resolve(paywall.authorizer.accountKeyValue('acme')),
    });
    template.hasResourceProperties('AWS::ApiGateway::UsagePlanKey', {
      KeyId: stack.resolve(key.keyId),
      UsagePlanId: stack.resolve(paywall.usagePlans.pro!.usagePlanId),
    });
  });

  test.each([
    ['Acme', 'pro', ['AccountIdInvalid']],
    ['', 'pro', ['AccountIdInvalid']],
    ['acme', 'gold', ['PlanUnknown']],
    ['a b', 'constructor', ['AccountIdInvalid', 'PlanUnknown']],
  ])('an own key for account %p on plan %p is refused', (account, plan, codes) => {
    const { paywall } = paywalled({ plans });
    const error = paywallError(() => paywall.addAccountKey(account, plan));
    expect(error.rules.map((rule) => rule.code)).toEqual(codes);
  });

  test('the lid of the pool can be set', () => {
    const { stack } = paywalled({ poolThrottle: { rateLimit: 7, burstLimit: 8 } });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::UsagePlan', {
      Throttle: { RateLimit: 7, BurstLimit: 8 },
    });
  });
});

describe('the stage', () => {
  const lid = (stack: Stack) =>
    resourcesOf(stack, 'AWS::ApiGateway::Stage')[0]!.properties.MethodSettings as unknown;

  function withStage(deployOptions: apigateway.StageOptions, props: object = {}): Stack {
    const stack = newStack();
    const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false, deployOptions });
    restApi.root.addMethod('GET', mock());
    new Paywall(stack, 'Paywall', { restApi, plans: [FREE], ...props });
    return stack;
  }

  const ALL = { ResourcePath: '/*', HttpMethod: '*' };

  test('has a lid by default', () => {
    expect(lid(paywalled().stack)).toEqual([
      { ...ALL, ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
    ]);
  });

  test('takes the lid of the props', () => {
    const { stack } = paywalled({ stageThrottle: { rateLimit: 2, burstLimit: 3 } });
    expect(lid(stack)).toEqual([{ ...ALL, ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 }]);
  });

  test('keeps a throttle of its own', () => {
    expect(lid(withStage({ throttlingRateLimit: 5 }))).toEqual([
      { ...ALL, DataTraceEnabled: false, ThrottlingRateLimit: 5 },
    ]);
  });

  test('keeps its other settings', () => {
    expect(
      lid(withStage({ metricsEnabled: true, methodOptions: { '/x/GET': { throttlingRateLimit: 1 } } })),
    ).toEqual([
      { DataTraceEnabled: false, HttpMethod: 'GET', ResourcePath: '/~1x', ThrottlingRateLimit: 1 },
      {
        ...ALL,
        DataTraceEnabled: false,
        MetricsEnabled: true,
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 1000,
      },
    ]);
  });
});

test('API Gateway takes the key from the authorizer, which is told so', () => {
  const { stack } = paywalled();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: 'AUTHORIZER' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ KEYS_REQUIRED: 'true' }) },
  });
});

test('the responses follow the props', () => {
  const { stack, paywall } = paywalled({
    credentialSource: CredentialSource.apiKeyHeader(),
    allowOrigin: 'https://app.example.com',
    retryAfterThrottle: Duration.seconds(9),
    actionUrls: { upgradePlan: 'https://example.com/up' },
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'UNAUTHORIZED',
    ResponseParameters: Match.objectLike({
      'gatewayresponse.header.WWW-Authenticate': "'ApiKey'",
      'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example.com'",
    }),
  });
  template.hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    ResponseType: 'QUOTA_EXCEEDED',
    ResponseTemplates: { 'application/json': Match.stringLikeRegexp('https://example.com/up') },
  });
  expect(Object.keys(paywall.responses.responses)).toContain('ACCESS_DENIED');
});

test('grants and metrics are those of its parts', () => {
  const { stack, paywall } = paywalled();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  expect(paywall.grantReadAccounts(role).principalStatements[0]!.actions).toContain('dynamodb:Query');
  expect(paywall.grantManageAccounts(role).principalStatements[0]!.actions).toContain('dynamodb:PutItem');
  const metrics = [
    paywall.metricAllowed(),
    paywall.metricPaymentRequired(),
    paywall.metricUnauthorized(),
    paywall.metricForbidden(),
    paywall.metricFault(),
  ];
  expect(metrics.map((metric) => metric.metricName)).toEqual([
    'Allowed',
    'PaymentRequired',
    'Unauthorized',
    'Forbidden',
    'Fault',
  ]);
});

test('a paywall without links is warned of, once', () => {
  const { stack } = paywalled();
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('noActionUrls'))).toHaveLength(
    1,
  );
});

test('a usage plan from before the paywall is warned of: its keys open nothing any more', () => {
  const { stack, restApi } = paywalled();
  restApi.addUsagePlan('Before', { apiStages: [{ stage: restApi.deploymentStage }] });
  restApi.addUsagePlan('Elsewhere');
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('otherUsagePlan'));
  expect(warnings.map(({ id }) => id)).toEqual(['/Shop/Api/Before/Resource']);
});
