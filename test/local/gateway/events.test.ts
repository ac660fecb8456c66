import { allow } from './support/authorizers';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, StackBuilder, uriOf } from './support/stack-builder';

let harness: Harness;
let host: string;
let port: string;

beforeAll(async () => {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', () => allow('*', { context: { plan: 'gold', seats: 3, trial: false } }));
  const back = functions.add('back', () => ({}));
  harness = await Harness.start(
    new StackBuilder()
      .stage('prod', { Variables: { colour: 'blue' } })
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: '',
        AuthorizerResultTtlInSeconds: 0,
      })
      .method('ANY', '/users/{id}', lambdaProxy(back), {
        AuthorizationType: 'CUSTOM',
        AuthorizerId: 'Auth',
        OperationName: 'UserOperation',
      }),
    functions,
  );
  ({ host, port } = new URL(harness.url()));
  await harness.call('/users/a%20b?q=1&q=2', {
    method: 'POST',
    headers: {
      'x-Mine': '1',
      'user-agent': 'me/1',
      'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    },
    body: '{"a":1}',
  });
});

afterAll(() => harness.close());

const headers = () => ({
  'x-Mine': '1',
  'User-Agent': 'me/1',
  Host: host,
  'X-Amzn-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
  'X-Forwarded-For': '127.0.0.1',
  'X-Forwarded-Port': port,
  'X-Forwarded-Proto': 'http',
});
const multiValue = (map: Record<string, string>) =>
  Object.fromEntries(Object.entries(map).map(([k, v]) => [k, [v]]));

const requestContext = () => ({
  resourceId: 'res/users/{id}',
  resourcePath: '/users/{id}',
  operationName: 'UserOperation',
  httpMethod: 'POST',
  extendedRequestId: expect.stringMatching(/^[\w+/]{15}=$/),
  requestTime: '15/Jan/2026:12:00:00 +0000',
  path: '/prod/users/a%20b',
  accountId: '123456789012',
  protocol: 'HTTP/1.1',
  stage: 'prod',
  domainPrefix: 'api1',
  requestTimeEpoch: Date.UTC(2026, 0, 15, 12),
  requestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  identity: {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp: '127.0.0.1',
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: 'me/1',
    user: null,
  },
  domainName: host,
  deploymentId: 'Deploymentprod',
  apiId: 'api1',
});

test('the REQUEST authorizer gets exactly this (AG §4)', () => {
  expect(harness.functions.eventsOf('auth')).toEqual([
    {
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/POST/users/a%20b',
      resource: '/users/{id}',
      path: '/users/a%20b',
      httpMethod: 'POST',
      headers: headers(),
      multiValueHeaders: multiValue(headers()),
      queryStringParameters: { q: '2' },
      multiValueQueryStringParameters: { q: ['1', '2'] },
      pathParameters: { id: 'a%20b' },
      stageVariables: { colour: 'blue' },
      requestContext: requestContext(),
    },
  ]);
});

test('the backend gets exactly this (AG §7.1)', () => {
  expect(harness.functions.eventsOf('back')).toEqual([
    {
      resource: '/users/{id}',
      path: '/users/a%20b',
      httpMethod: 'POST',
      headers: headers(),
      multiValueHeaders: multiValue(headers()),
      queryStringParameters: { q: '2' },
      multiValueQueryStringParameters: { q: ['1', '2'] },
      pathParameters: { id: 'a%20b' },
      stageVariables: { colour: 'blue' },
      requestContext: {
        ...requestContext(),
        authorizer: {
          plan: 'gold',
          seats: '3',
          trial: 'false',
          principalId: 'me',
          integrationLatency: expect.any(Number),
        },
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    },
  ]);
});

test('empty maps are objects for the authorizer and null for the backend', async () => {
  await harness.call('/users/7');
  expect(harness.functions.eventsOf('auth').at(-1)).toMatchObject({
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
  });
  expect(harness.functions.eventsOf('back').at(-1)).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
  });
});

test('both requests share their ids, and a finished request is recorded', async () => {
  const [auth, back] = [harness.functions.eventsOf('auth')[0], harness.functions.eventsOf('back')[0]];
  expect(auth.requestContext.requestId).toBe(back.requestContext.requestId);
  expect(harness.records[0]).toEqual({
    requestId: back.requestContext.requestId,
    trace: expect.any(Array),
    apiLogicalId: 'Api',
    method: 'POST',
    path: '/prod/users/a%20b',
    status: 200,
    lane: 'INTEGRATION',
    authorizer: { plan: 'gold', seats: '3', trial: 'false', principalId: 'me' },
    authorizerMs: expect.any(Number),
    integrationMs: expect.any(Number),
    totalMs: expect.any(Number),
  });
});
