import { type EngineFinding } from '../../../local/contract';
import { checkGatewayResources } from '../../../local/gateway';
import { lambdaProxy, mock, StackBuilder, uriOf } from './support/stack-builder';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const api = (properties: object = {}) => new StackBuilder('api1', properties).stage();
const method = (integration: object, properties: object = {}) =>
  api().method('GET', '/', integration, properties);
const authorizer = (properties: object) =>
  api().own('Authorizer', 'Auth', { Type: 'REQUEST', AuthorizerUri: uriOf(FUNCTION), ...properties });

function codes(stack: StackBuilder, severity: EngineFinding['severity']): string[] {
  return checkGatewayResources([stack.build()])
    .filter((f) => f.severity === severity)
    .map((f) => f.code);
}

test('a stack that is imitated whole has no findings', () => {
  const stack = method(lambdaProxy(FUNCTION));
  expect(checkGatewayResources([stack.build()])).toEqual([]);
});

test.each<[string, StackBuilder, string]>([
  ['a resource policy that is none', api({ Policy: { Statement: [{ Principal: '*' }] } }), 'InvalidPolicy'],
  ['an OpenAPI body', api({ Body: {} }), 'UnsupportedProperty'],
  [
    'a response cache',
    new StackBuilder().stage('prod', { CacheClusterEnabled: true }),
    'UnsupportedProperty',
  ],
  ['IAM authorization', method(mock(), { AuthorizationType: 'AWS_IAM' }), 'UnsupportedAuthorization'],
  [
    'an authorizer of nobody',
    method(mock(), { AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }),
    'UnknownAuthorizer',
  ],
  ['Cognito', authorizer({ Type: 'COGNITO_USER_POOLS' }), 'UnsupportedAuthorizer'],
  [
    'a path parameter as identity',
    authorizer({ IdentitySource: 'method.request.path.id' }),
    'InvalidIdentitySource',
  ],
  ['a cache without identity', authorizer({ IdentitySource: '' }), 'MissingIdentitySource'],
  [
    'a TTL above an hour',
    authorizer({ IdentitySource: 'context.stage', AuthorizerResultTtlInSeconds: 3601 }),
    'InvalidAuthorizerTtl',
  ],
  [
    'an authorizer URI of no function',
    authorizer({ AuthorizerUri: 'arn', AuthorizerResultTtlInSeconds: 0 }),
    'InvalidAuthorizerUri',
  ],
  [
    'a queue',
    method({ Type: 'AWS', IntegrationHttpMethod: 'POST', Uri: 'arn:aws:apigateway:eu-west-1:sqs:path/1/q' }),
    'UnsupportedIntegration',
  ],
  [
    'a VPC link',
    method({ Type: 'HTTP', Uri: 'http://x', ConnectionType: 'VPC_LINK' }),
    'UnsupportedIntegration',
  ],
  [
    'no integration',
    api().own('Method', 'M', { HttpMethod: 'GET', ResourceId: 'root' }),
    'MissingIntegration',
  ],
  ['a template that cannot be parsed', method(mock('#if(true)')), 'InvalidTemplate'],
  [
    'an unknown response type',
    api().own('GatewayResponse', 'G', { ResponseType: 'TEAPOT' }),
    'InvalidResponseType',
  ],
  [
    'a status with letters',
    api().own('GatewayResponse', 'G', { ResponseType: 'THROTTLED', StatusCode: '4xx' }),
    'InvalidStatusCode',
  ],
  [
    'a header value without quotes',
    api().own('GatewayResponse', 'G', {
      ResponseType: 'THROTTLED',
      ResponseParameters: { 'gatewayresponse.header.Retry-After': '60' },
    }),
    'InvalidHeaderMapping',
  ],
  ['a broken model', api().own('Model', 'M', { Name: 'M', Schema: { type: 'nonsense' } }), 'InvalidModel'],
  ['a short key', api().add('ApiKey', 'K', { Value: 'short' }), 'InvalidApiKey'],
  ['a long key', api().add('ApiKey', 'K', { Value: 'k'.repeat(129) }), 'InvalidApiKey'],
  [
    'two keys of one value',
    api()
      .add('ApiKey', 'K', { Value: 'k'.repeat(20) })
      .add('ApiKey', 'L', { Value: 'k'.repeat(20) }),
    'DuplicateApiKey',
  ],
  [
    'a binding to no plan',
    api().add('UsagePlanKey', 'B', { KeyId: 'K', UsagePlanId: 'P' }),
    'UnknownUsagePlan',
  ],
  [
    'a key on two plans of one stage',
    ['P', 'Q'].reduce(
      (stack, plan) =>
        stack
          .add('UsagePlan', plan, { ApiStages: [{ ApiId: 'api1', Stage: 'prod' }] })
          .add('UsagePlanKey', `B${plan}`, { KeyId: 'K', UsagePlanId: plan }),
      api(),
    ),
    'ApiKeyOnTwoPlans',
  ],
])('%s is an error', (_name, stack, code) => {
  expect(codes(stack, 'error')).toEqual([code]);
});

test.each<[string, StackBuilder, string]>([
  ['a custom domain', api().add('DomainName', 'D', {}), 'UnknownGatewayType'],
  ['an unknown property', api({ Sparkles: true }), 'UnknownProperty'],
  ['an unknown integration property', method({ ...mock(), Sparkles: true }), 'UnknownProperty'],
  ['a private endpoint', api({ EndpointConfiguration: { Types: ['PRIVATE'] } }), 'PrivateEndpoint'],
  ['a disabled endpoint', api({ DisableExecuteApiEndpoint: true }), 'DisabledEndpoint'],
])('%s is a notice', (_name, stack, code) => {
  expect(checkGatewayResources([stack.build()])).toMatchObject([{ severity: 'notice', code }]);
});
