import { allow, deny } from './support/authorizers';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { mock, StackBuilder, uriOf } from './support/stack-builder';

const KEY = 'k'.repeat(20);
let harness: Harness;

beforeAll(async () => {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', (event) => (event.headers['x-auth'] === 'allow' ? allow() : deny()));
  harness = await Harness.start(
    new StackBuilder()
      .stage()
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: 'method.request.header.x-auth',
        AuthorizerResultTtlInSeconds: 0,
      })
      .add('ApiKey', 'Key', { Value: KEY, Enabled: true })
      .add('UsagePlan', 'Plan', {
        ApiStages: [{ ApiId: 'api1', Stage: 'prod' }],
        Quota: { Limit: 2, Period: 'DAY' },
      })
      .add('UsagePlanKey', 'Binding', { KeyId: 'Key', KeyType: 'API_KEY', UsagePlanId: 'Plan' })
      .own('RequestValidator', 'Validator', { ValidateRequestParameters: true })
      .method('GET', '/', mock(), {
        AuthorizationType: 'CUSTOM',
        AuthorizerId: 'Auth',
        ApiKeyRequired: true,
        RequestValidatorId: 'Validator',
        RequestParameters: { 'method.request.querystring.q': true },
      }),
    functions,
  );
});

afterAll(() => harness.close());

// Each row lacks one thing less than the row before: what refuses is the first step that fails (AG §3).
test.each<[string, string, Record<string, string>, string]>([
  ['no route', '/nope', {}, 'MISSING_AUTHENTICATION_TOKEN'],
  ['no identity', '/', {}, 'UNAUTHORIZED'],
  ['denied', '/', { 'x-auth': 'deny' }, 'ACCESS_DENIED'],
  ['no key', '/', { 'x-auth': 'allow' }, 'INVALID_API_KEY'],
  ['no parameter', '/', { 'x-auth': 'allow', 'x-api-key': KEY }, 'BAD_REQUEST_PARAMETERS'],
  ['everything there', '/?q=1', { 'x-auth': 'allow', 'x-api-key': KEY }, 'INTEGRATION'],
  ['quota spent, by the invalid request too', '/', { 'x-auth': 'allow', 'x-api-key': KEY }, 'QUOTA_EXCEEDED'],
])('%s', async (_name, path, headers, lane) => {
  await harness.call(path, { headers });
  expect(harness.records.at(-1)?.lane).toBe(lane);
});
