import { allow } from './support/authorizers';
import { FakeFunctions, RawOutcome } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, mock, StackBuilder, uriOf } from './support/stack-builder';

let harness: Harness;

beforeAll(async () => {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', async ({ headers }) => {
    if (headers['x-slow']) await new Promise((resolve) => setTimeout(resolve, 150));
    return allow();
  });
  const back = functions.add('back', () => ({ statusCode: 200 }));
  const throttled = functions.add('throttled', () => new RawOutcome({ kind: 'throttled' }));
  const late = functions.add('late', () => new RawOutcome({ kind: 'timeout', timeoutMs: 3000 }));
  const plain = (arn: string) => ({
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri: uriOf(arn),
    IntegrationResponses: [
      { StatusCode: '200' },
      { StatusCode: '503', SelectionPattern: 'Task timed out.*' },
    ],
  });
  const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' };
  harness = await Harness.start(
    // Edge-optimized, as an API is that says nothing.
    new StackBuilder()
      .stage()
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: '',
        AuthorizerResultTtlInSeconds: 0,
      })
      .add('ApiKey', 'Unsaid', { Value: 'k'.repeat(20) })
      .add('UsagePlan', 'Plan', { ApiStages: [{ ApiId: 'api1', Stage: 'prod' }] })
      .add('UsagePlanKey', 'Binding', { KeyId: 'Unsaid', KeyType: 'API_KEY', UsagePlanId: 'Plan' })
      .method('GET', '/guarded/{proxy+}', lambdaProxy(back, { TimeoutInMillis: 60 }), guarded)
      .method('GET', '/open/{proxy+}', mock())
      .method('GET', '/keyed', mock(), { ApiKeyRequired: true })
      .method('GET', '/throttled', lambdaProxy(throttled))
      .method('GET', '/late', lambdaProxy(late))
      .method('GET', '/plain-throttled', plain(throttled))
      .method('GET', '/plain-late', plain(late)),
    functions,
  );
});
afterAll(() => harness.close());

const PREFIX = 'arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/guarded/'.length;

test.each([
  ['a method ARN of 1,600 bytes', `/guarded/${'a'.repeat(1_600 - PREFIX)}`, 200],
  ['a method ARN of 1,601 bytes', `/guarded/${'a'.repeat(1_601 - PREFIX)}`, 414],
  ['the same without authorizer', `/open/${'a'.repeat(1_601 - PREFIX)}`, 200],
  ['a URL of 8,192 characters', `/open/${'a'.repeat(8_192 - '/prod/open/'.length)}`, 200],
  ['a URL of 8,193 characters', `/open/${'a'.repeat(8_193 - '/prod/open/'.length)}`, 414],
])('%s', async (_name, path, status) => {
  const answer = await harness.call(path);
  expect(answer.status).toBe(status);
  if (status === 414) expect(answer.json).toEqual({ message: 'Request URI too long' });
});

test('the time limit of the integration is not that of the authorizer (AG §4)', async () => {
  expect((await harness.call('/guarded/a', { headers: { 'x-slow': '1' } })).status).toBe(200);
});

test('a key that does not say that it is enabled is not (AG §5)', async () => {
  const answer = await harness.call('/keyed', { headers: { 'x-api-key': 'k'.repeat(20) } });
  expect([answer.status, answer.json]).toEqual([403, { message: 'Forbidden' }]);
});

test.each([
  ['a throttled function, by proxy', '/throttled', 500],
  ['a throttled function, without proxy', '/plain-throttled', 500],
  ['a function past its own timeout, by proxy', '/late', 502],
  ['a function past its own timeout, without proxy, selects by its message', '/plain-late', 503],
])('%s', async (_name, path, status) => {
  expect((await harness.call(path)).status).toBe(status);
});
