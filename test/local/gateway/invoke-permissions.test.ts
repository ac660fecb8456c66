import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, mock, type Props, StackBuilder, uriOf } from './support/stack-builder';

const API = 'arn:aws:execute-api:eu-west-1:123456789012:api1';
const PERMISSION: Props = {
  Action: 'lambda:InvokeFunction',
  FunctionName: 'backend',
  Principal: 'apigateway.amazonaws.com',
};

let harness: Harness;
afterEach(() => harness.close());

/** `GET /pets/{id}`, with a function of the same stack behind it. */
async function start(permission: Props | undefined, integration: Props = {}): Promise<void> {
  const functions = new FakeFunctions();
  const arn = functions.add('backend', () => ({ statusCode: 200 }));
  functions.add('backend:live', () => ({ statusCode: 200 }));
  const stack = new StackBuilder()
    .resource('AWS::Lambda::Function', 'Backend', {}, 'backend')
    .stage()
    .method('GET', '/pets/{id}', lambdaProxy(arn, integration))
    .method('ANY', '/any', lambdaProxy(arn));
  if (permission) stack.resource('AWS::Lambda::Permission', 'Permission', permission);
  harness = await Harness.start(stack, functions);
}

const status = async (path = '/pets/7') => (await harness.call(path)).status;

test.each<[what: string, permission: Props, integration?: Props]>([
  ['every API', PERMISSION],
  ['everybody', { ...PERMISSION, Principal: '*' }],
  ['its own API', { ...PERMISSION, SourceArn: `${API}/*` }],
  ['the method as CDK writes it', { ...PERMISSION, SourceArn: `${API}/prod/GET/pets/*` }],
  ['the path as it is defined', { ...PERMISSION, SourceArn: `${API}/*/GET/pets/{id}` }],
  ['its account', { ...PERMISSION, SourceAccount: '123456789012' }],
  ['an ARN', { ...PERMISSION, FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:backend' }],
  ['the latest version', { ...PERMISSION, FunctionName: 'backend:$LATEST' }],
  ['a partial ARN', { ...PERMISSION, FunctionName: '123456789012:function:backend' }],
  [
    'an alias',
    { ...PERMISSION, FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:backend:live' },
    { Uri: uriOf('arn:aws:lambda:eu-west-1:123456789012:function:backend:live') },
  ],
])('a function is invoked where %s may do so (AG §4)', async (_what, permission, integration = {}) => {
  await start(permission, integration);
  expect(await status()).toBe(200);
});

test.each<[what: string, permission: Props | undefined, integration?: Props]>([
  ['no permission', undefined],
  ['one for another function', { ...PERMISSION, FunctionName: 'other' }],
  ['one for another service', { ...PERMISSION, Principal: 'events.amazonaws.com' }],
  ['one for something else', { ...PERMISSION, Action: 'lambda:InvokeFunctionUrl' }],
  ['one for another API', { ...PERMISSION, SourceArn: `${API.slice(0, -1)}2/*` }],
  ['one for another stage', { ...PERMISSION, SourceArn: `${API}/test/GET/pets/*` }],
  ['one for another verb', { ...PERMISSION, SourceArn: `${API}/prod/POST/pets/*` }],
  ['one for another account', { ...PERMISSION, SourceAccount: '999999999999' }],
  [
    'one for the function, but none for its alias',
    PERMISSION,
    { Uri: uriOf('arn:aws:lambda:eu-west-1:123456789012:function:backend:live') },
  ],
])('%s is 500, and the log says why (AG §4)', async (_what, permission, integration = {}) => {
  await start(permission, integration);
  expect(await harness.call('/pets/7')).toMatchObject({
    status: 500,
    text: '{"message": "Internal server error"}',
  });
  expect(harness.functions.calls).toEqual([]);
  expect(harness.records.at(-1)?.detail).toMatch(
    /^API Gateway may not invoke backend(:live)?: no AWS::Lambda::Permission lets arn:.*\/prod\/GET\/pets\/\{id\} do so$/,
  );
});

test('the permission of an ANY method is not that of a verb (AG §4)', async () => {
  await start({ ...PERMISSION, SourceArn: `${API}/*/GET/*` });
  expect([await status('/pets/7'), await status('/any')]).toEqual([200, 500]);
});

test('a role of the integration stands for the permission', async () => {
  await start(undefined, { Credentials: 'arn:aws:iam::123456789012:role/caller' });
  expect(await status()).toBe(200);
});

test('functions that stage variables name get their permissions outside of the template', async () => {
  const functions = new FakeFunctions();
  functions.add('backend', () => ({ statusCode: 200 }));
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:${stageVariables.name}';
  const stack = new StackBuilder()
    .resource('AWS::Lambda::Function', 'Backend', {}, 'backend')
    .stage('prod', { Variables: { name: 'backend' } })
    .method('GET', '/', lambdaProxy(arn));
  harness = await Harness.start(stack, functions);
  expect(await status('/')).toBe(200);
});

describe('authorizers', () => {
  async function startWithAuthorizer(permission: Props | undefined, authorizer: Props = {}): Promise<void> {
    const functions = new FakeFunctions();
    const policyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
    };
    const arn = functions.add('backend', () => ({ principalId: 'p', policyDocument }));
    const stack = new StackBuilder()
      .resource('AWS::Lambda::Function', 'Backend', {}, 'backend')
      .stage()
      .own('Authorizer', 'auth1', {
        Type: 'REQUEST',
        AuthorizerUri: uriOf(arn),
        AuthorizerResultTtlInSeconds: 0,
        ...authorizer,
      })
      .method('GET', '/', mock(), { AuthorizationType: 'CUSTOM', AuthorizerId: 'auth1' });
    if (permission) stack.resource('AWS::Lambda::Permission', 'Permission', permission);
    harness = await Harness.start(stack, functions);
  }

  test.each<[what: string, permission: Props | undefined, authorizer?: Props]>([
    ['a permission for the authorizer', { ...PERMISSION, SourceArn: `${API}/authorizers/auth1` }],
    ['a permission for every API', PERMISSION],
    ['a role', undefined, { AuthorizerCredentials: 'arn:aws:iam::123456789012:role/caller' }],
  ])('are invoked with %s (AG §4)', async (_what, permission, authorizer = {}) => {
    await startWithAuthorizer(permission, authorizer);
    expect(await status('/')).toBe(200);
  });

  test.each<[what: string, permission: Props | undefined]>([
    ['no permission', undefined],
    ['the permission of a method', { ...PERMISSION, SourceArn: `${API}/prod/GET/` }],
  ])('are 500 with %s (AG §4)', async (_what, permission) => {
    await startWithAuthorizer(permission);
    expect(await harness.call('/')).toMatchObject({ status: 500, text: '{"message":null}' });
    expect(harness.records.at(-1)).toMatchObject({
      lane: 'AUTHORIZER_CONFIGURATION_ERROR',
      detail: expect.stringContaining('api1/authorizers/auth1'),
    });
  });
});
