import { allow, deny } from './support/authorizers';
import { FakeFunctions, RawOutcome } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, mock, StackBuilder, uriOf } from './support/stack-builder';

const KEY = 'k'.repeat(20);
const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/things/7';
const RUN = { requestId: 'run-1', coldStartMs: 120.4 };

let harness: Harness;

beforeAll(async () => {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', ({ headers }) => {
    if (headers['x-auth'] === 'broken') return {};
    const answer = headers['x-auth'] === 'deny' ? deny : allow;
    return answer('*', { context: { plan: 'pro' } });
  });
  const back = functions.add(
    'back',
    () =>
      new RawOutcome({
        kind: 'success',
        payload: JSON.stringify({ statusCode: 200 }),
        durationMs: 1,
        run: RUN,
      }),
  );
  const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' };
  harness = await Harness.start(
    new StackBuilder()
      .stage()
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: 'method.request.header.x-auth',
      })
      .own('GatewayResponse', 'Denied', { ResponseType: 'ACCESS_DENIED', StatusCode: '402' })
      .add('ApiKey', 'Key', { Value: KEY, Enabled: true })
      .add('ApiKey', 'Loose', { Value: `loose-${KEY}`, Enabled: true })
      .add('ApiKey', 'Off', { Value: `off-${KEY}`, Enabled: false })
      .add('UsagePlan', 'Plan', {
        UsagePlanName: 'pro',
        ApiStages: [{ ApiId: 'api1', Stage: 'prod' }],
        Quota: { Limit: 1, Period: 'DAY' },
      })
      .add('UsagePlanKey', 'Binding', { KeyId: 'Key', KeyType: 'API_KEY', UsagePlanId: 'Plan' })
      .own('RequestValidator', 'Validator', { ValidateRequestParameters: true })
      .method('GET', '/things/{id}', lambdaProxy(back), { ...guarded })
      .method('GET', '/keyed', mock(), { ApiKeyRequired: true })
      .method('GET', '/checked', mock(), {
        RequestValidatorId: 'Validator',
        RequestParameters: { 'method.request.querystring.q': true },
      })
      .method('ANY', '/mapped', {
        Type: 'AWS',
        IntegrationHttpMethod: 'POST',
        Uri: uriOf(back),
        RequestTemplates: { 'application/json': '{ "q":\n "$input.params(\'q\')" }' },
        IntegrationResponses: [{ StatusCode: '200' }, { StatusCode: '404', SelectionPattern: 'none.*' }],
      }),
    functions,
  );
});
afterAll(() => harness.close());

async function traceOf(path: string, headers: Record<string, string> = {}): Promise<string[]> {
  await harness.call(path, { headers });
  return harness.records.at(-1)!.trace!.map(({ step, text }) => `${step}: ${text}`);
}

test('an authorized request, with the cold start of its function', async () => {
  expect(await traceOf('/things/7', { 'x-auth': 'allow' })).toEqual([
    'route: GET /things/{id} of stage prod, id=7',
    'resource policy: the API has none',
    'authorizer: identity sources method.request.header.x-auth present; cache miss',
    'authorizer: function auth returned',
    'authorizer: context principalId=me, plan=pro',
    `policy: allow of ${ARN}`,
    'usage plan: the method requires no key',
    'validation: the method has no validator',
    'integration: AWS_PROXY back answered 200, request run-1, cold start 120 ms',
    'response: 200 INTEGRATION',
  ]);
});

test('times count from the start of the request', async () => {
  await traceOf('/things/7', { 'x-auth': 'deny' });
  const { trace, totalMs, requestId } = harness.records.at(-1)!;
  const times = trace!.map(({ atMs }) => atMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThanOrEqual(totalMs);
  expect(trace!.filter(({ durationMs }) => durationMs !== undefined)).toHaveLength(1);
  expect(requestId).toMatch(/.{36}/);
});

// What is not in the row before it is what decides.
test.each<[string, string, Record<string, string>, string[]]>([
  ['the cache', '/things/7', { 'x-auth': 'allow' }, ['present; cache hit: not invoked']],
  ['a missing identity', '/things/7', {}, ['x-auth is missing: not invoked', 'UNAUTHORIZED 401']],
  [
    'a denial',
    '/things/7',
    { 'x-auth': 'deny' },
    [`policy: explicit-deny of ${ARN}`, 'ACCESS_DENIED 402, configured as ACCESS_DENIED; why: User is not'],
  ],
  [
    'a broken answer',
    '/things/7',
    { 'x-auth': 'broken' },
    ["AUTHORIZER_CONFIGURATION_ERROR 500, the service's own; why: the authorizer returned no usable policy"],
  ],
  ['no route', '/nowhere', {}, ['route: no resource of stage prod takes GET /nowhere']],
  ['no key', '/keyed', {}, ['usage plan: no key: x-api-key is missing']],
  ['a wrong key', '/keyed', { 'x-api-key': 'x' }, ['usage plan: there is no key of the value in x-api-key']],
  ['a disabled key', '/keyed', { 'x-api-key': `off-${KEY}` }, ['usage plan: key Off is disabled']],
  [
    'a key of no plan',
    '/keyed',
    { 'x-api-key': `loose-${KEY}` },
    ['key Loose is on no usage plan of api1/prod'],
  ],
  ['a key', '/keyed', { 'x-api-key': KEY }, ['usage plan: key Key on plan pro: taken', 'integration: MOCK']],
  [
    'a spent quota',
    '/keyed',
    { 'x-api-key': KEY },
    ['key Key on plan pro: quota-exceeded', 'QUOTA_EXCEEDED 429'],
  ],
  ['a missing parameter', '/checked', {}, ['validation: Missing required request parameters: [q]']],
  ['a valid request', '/checked?q=1', {}, ['validation: passed']],
  [
    'mappings',
    '/mapped?q=1',
    {},
    [
      'request mapping: template makes { "q": "1" }',
      'response mapping: 200, the default response, the body as it is',
    ],
  ],
])('%s', async (_, path, headers, expected) => {
  const trace = (await traceOf(path, headers)).join('\n');
  for (const text of expected) expect(trace).toContain(text);
});

test('no stage', async () => {
  const url = harness.url().replace('/prod/', '/beta/');
  await fetch(url);
  expect(harness.records.at(-1)!.trace).toMatchObject([
    { step: 'route', text: "the API has no stage 'beta'" },
    { step: 'response', text: '403 NONE' },
  ]);
});
