import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { AccountTable, CredentialSource, PaidApi, Plan, Quota, Route } from '../../lib';
import { FREE, methodsOf, mock, newStack, paidApi, paywallError } from './harness';

test('plans are all that it takes', () => {
  const stack = newStack();
  const api = new PaidApi(stack, 'Api', { plans: [FREE] });
  api.root.addMethod('GET', mock());
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    Name: 'Api',
    ApiKeySourceType: 'AUTHORIZER',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
  template.resourceCountIs('AWS::ApiGateway::Account', 0);
  template.resourceCountIs('AWS::DynamoDB::Table', 1);
  template.resourceCountIs('AWS::ApiGateway::Authorizer', 1);
  template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 12);
  template.resourceCountIs('AWS::ApiGateway::UsagePlan', 2);
  template.resourceCountIs('AWS::ApiGateway::ApiKey', 8);
  expect(methodsOf(stack)['GET /']).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
});

test('every prop has its place', () => {
  const stack = newStack();
  const accountTable = new AccountTable(stack, 'Accounts');
  const api = new PaidApi(stack, 'Api', {
    plans: [FREE, Plan.paid('pro', { quota: Quota.perMonth(10) })],
    routes: { 'GET /': Route.identified() },
    accountTable,
    credentialSource: CredentialSource.either(),
    leaseDuration: Duration.seconds(1),
    poolKeys: 1,
    allowOrigin: 'https://example.com',
    stageThrottle: { rateLimit: 1, burstLimit: 1 },
    restApiProps: {
      restApiName: 'reports',
      endpointConfiguration: { types: [apigateway.EndpointType.EDGE] },
      deployOptions: { stageName: 'v1' },
    },
  });
  api.root.addMethod('GET', mock());
  expect(api.accountTable).toBe(accountTable);
  expect(api.paywall.restApi).toBe(api.restApi);
  expect(stack.resolve(api.url)).toEqual(stack.resolve(api.restApi.url));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    Name: 'reports',
    EndpointConfiguration: { Types: ['EDGE'] },
  });
  template.hasResourceProperties('AWS::ApiGateway::Stage', {
    StageName: 'v1',
    MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 1 })],
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ CREDENTIAL_SOURCE: 'either', LEASE_DURATION_MS: '1000' }) },
  });
});

test('endpoint types of the RestApi are the user’s', () => {
  const api = paidApi({ restApiProps: { endpointTypes: [apigateway.EndpointType.EDGE] } });
  Template.fromStack(api.restApi.stack).hasResourceProperties('AWS::ApiGateway::RestApi', {
    EndpointConfiguration: { Types: ['EDGE'] },
  });
});

test.each<[string, apigateway.RestApiProps, string]>([
  ['no deployment', { deploy: false }, 'RestApiNotDeployed'],
  ['keys from a header', { apiKeySourceType: apigateway.ApiKeySourceType.HEADER }, 'ApiKeySourceConflict'],
])('a RestApi with %s is refused', (_, restApiProps, code) => {
  expect(paywallError(() => paidApi({ restApiProps })).code).toBe(code);
});

test('two of them live in one stack', () => {
  const stack = newStack();
  for (const id of ['One', 'Two']) {
    new PaidApi(stack, id, { plans: [FREE], poolKeys: 1 }).root.addMethod('GET', mock());
  }
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::ApiGateway::Authorizer', 2);
  const values = Object.values(template.findResources('AWS::ApiGateway::ApiKey')).map((key) =>
    JSON.stringify(key.Properties.Value),
  );
  expect(new Set(values).size).toBe(2);
});

test('nothing secret is in the template', () => {
  const stack = newStack();
  paidApi({}, stack);
  const template = JSON.stringify(Template.fromStack(stack).toJSON());
  expect(template).not.toMatch(/"(NoEcho|GenerateSecretString|SecretString|Password)"/);
  expect(template).not.toMatch(/AKIA|-----BEGIN|pw_[a-z0-9]+_[0-9A-Za-z]{33}/);
});
