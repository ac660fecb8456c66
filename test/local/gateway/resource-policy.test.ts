import { allow, deny } from './support/authorizers';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { mock, StackBuilder, uriOf } from './support/stack-builder';

let harness: Harness;
afterEach(() => harness.close());

const statement = (Effect: string, more: object = {}): object => ({
  Effect,
  Principal: '*',
  Action: 'execute-api:Invoke',
  Resource: 'execute-api:/*',
  ...more,
});
const elsewhere = { Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } };
const here = { Condition: { IpAddress: { 'aws:SourceIp': ['127.0.0.1/32', '::1/128'] } } };
const SILENT = allow('arn:aws:execute-api:*:*:*/other/*');

async function ask(path: string, statements: object[], answer: object = allow()) {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', () => answer);
  harness = await Harness.start(
    new StackBuilder('api1', { Policy: { Version: '2012-10-17', Statement: statements } })
      .stage()
      .own('Authorizer', 'Auth', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(auth),
        IdentitySource: '',
        AuthorizerResultTtlInSeconds: 0,
      })
      .method('GET', '/open', mock())
      .method('GET', '/guarded', mock(), { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' }),
    functions,
  );
  return harness.call(path);
}

test.each<[string, object[], number]>([
  ['allow', [statement('Allow')], 200],
  [
    'allow by full ARN',
    [statement('Allow', { Resource: 'arn:aws:execute-api:*:*:api1/prod/GET/open' })],
    200,
  ],
  ['allow of another path', [statement('Allow', { Resource: 'execute-api:/prod/GET/other' })], 403],
  ['allow for this address', [statement('Allow', here)], 200],
  ['deny for other addresses', [statement('Allow'), statement('Deny', elsewhere)], 200],
  ['deny for this address', [statement('Allow'), statement('Deny', here)], 403],
  [
    'allow for somebody with an identity',
    [statement('Allow', { Principal: { AWS: 'arn:aws:iam::1:root' } })],
    403,
  ],
  [
    'deny for everybody but one identity',
    [
      statement('Allow'),
      statement('Deny', { Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } }),
    ],
    403,
  ],
])('without an authorizer: %s (AG §3)', async (_name, statements, status) => {
  expect((await ask('/open', statements)).status).toBe(status);
});

test.each<[string, object[], object, number]>([
  ['deny of the policy wins, the authorizer is not asked', [statement('Deny')], allow(), 403],
  ['deny of the authorizer wins', [statement('Allow')], deny(), 403],
  ['the policy allows, the authorizer says neither', [statement('Allow')], SILENT, 200],
  ['the policy says neither, the authorizer allows', [], allow(), 200],
  ['both say neither', [], SILENT, 403],
])('with an authorizer: %s (AG §3)', async (_name, statements, answer, status) => {
  expect((await ask('/guarded', statements, answer)).status).toBe(status);
  if (_name.includes('not asked')) expect(harness.functions.calls).toEqual([]);
});

test.each([
  ['explicitly', [statement('Deny')], ' with an explicit deny'],
  ['implicitly', [], ''],
])('the text of being kept out %s, with the account masked (AG §2)', async (_name, statements, suffix) => {
  const answer = await ask('/open', statements);
  expect(answer.json).toEqual({
    Message:
      'User: anonymous is not authorized to perform: execute-api:Invoke on resource: ' +
      `arn:aws:execute-api:eu-west-1:********9012:api1/prod/GET/open${suffix}`,
  });
  expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
});
