import { allow, deny } from './support/authorizers';
import { FakeFunctions, RawOutcome } from './support/fake-functions';
import { Harness } from './support/harness';
import { call } from './support/http';
import { lambdaProxy, type Props, StackBuilder, uriOf } from './support/stack-builder';

let harness: Harness;
afterEach(() => harness.close());

/** Two guarded paths on two stages, the answer decided by the header x-answer. */
async function start(authorizer: Props, answers: Record<string, (event: any) => unknown>): Promise<void> {
  const functions = new FakeFunctions();
  const auth = functions.add('auth', (event) => answers[event.headers['x-answer']]?.(event));
  const back = functions.add('back', (event) => ({ body: JSON.stringify(event.requestContext.authorizer) }));
  const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: 'Auth' };
  const stack = new StackBuilder()
    .stage('prod')
    .stage('test')
    .own('Authorizer', 'Auth', { Type: 'REQUEST', AuthorizerUri: uriOf(auth), ...authorizer })
    .method('ANY', '/a', lambdaProxy(back), guarded)
    .method('ANY', '/b', lambdaProxy(back), guarded);
  harness = await Harness.start(stack, functions);
}

const SOURCE = { IdentitySource: 'method.request.header.x-who' };
const invocations = (): number => harness.functions.eventsOf('auth').length;
const ask = (answer: string, who = 'ada', path = '/a', stage = 'prod') =>
  call(harness.url(stage), path, { headers: { 'x-who': who, 'x-answer': answer } });

test('default TTL: five minutes, by the clock (AG §4)', async () => {
  await start(SOURCE, { yes: () => allow('*', { context: { plan: 'gold' } }) });
  expect((await ask('yes')).json).toMatchObject({ plan: 'gold', principalId: 'me' });
  expect((await ask('yes')).json).toMatchObject({ plan: 'gold' });
  expect(invocations()).toBe(1);
  harness.clock.advance(300_000);
  await ask('yes');
  expect(invocations()).toBe(2);
});

test('TTL 0 invokes every time', async () => {
  await start({ ...SOURCE, AuthorizerResultTtlInSeconds: 0 }, { yes: () => allow() });
  await ask('yes');
  await ask('yes');
  expect(invocations()).toBe(2);
});

test('a denial is cached, after the caller has paid as well (AG §1.9)', async () => {
  let paid = false;
  await start(SOURCE, { pay: () => (paid ? allow() : deny()) });
  expect((await ask('pay')).status).toBe(403);
  paid = true;
  expect((await ask('pay')).status).toBe(403);
  expect(invocations()).toBe(1);
  harness.clock.advance(300_000);
  expect((await ask('pay')).status).toBe(200);
});

test.each<[string, (event: any) => unknown, number]>([
  [
    'a thrown Unauthorized',
    () => {
      throw new Error('Unauthorized');
    },
    401,
  ],
  [
    'a fault',
    () => {
      throw new Error('boom');
    },
    500,
  ],
  ['a malformed answer', () => ({ principalId: 'x' }), 500],
])('%s is not cached', async (_name, answer, status) => {
  await start(SOURCE, { it: answer });
  expect((await ask('it')).status).toBe(status);
  expect((await ask('it')).status).toBe(status);
  expect(invocations()).toBe(2);
});

test('a cached policy is evaluated against each method ARN: a spurious denial (AG §1.10)', async () => {
  await start(SOURCE, { narrow: (event) => allow(event.methodArn) });
  expect((await ask('narrow', 'ada', '/a')).status).toBe(200);
  expect((await ask('narrow', 'ada', '/b')).status).toBe(403);
  expect(invocations()).toBe(1);
});

test('the key is all identity sources, per stage, not the path', async () => {
  await start(SOURCE, { yes: () => allow() });
  await ask('yes', 'ada', '/a');
  await ask('yes', 'ada', '/b');
  expect(invocations()).toBe(1);
  await ask('yes', 'bob', '/a');
  expect(invocations()).toBe(2);
  await ask('yes', 'ada', '/a', 'test');
  expect(invocations()).toBe(3);
});

test('values of a repeated header are told apart from one joined value', async () => {
  await start(SOURCE, { yes: () => allow() });
  const send = (headers: string[]) => harness.call('/a', { headers: ['x-answer', 'yes', ...headers] });
  await send(['x-who', 'a', 'x-who', 'b']);
  await send(['x-who', 'a, b']);
  await send(['x-who', 'b', 'x-who', 'a']);
  await send(['x-who', 'a', 'x-who', 'b']);
  expect(invocations()).toBe(3);
});

test('a value counts for the source that it came from', async () => {
  await start(
    { IdentitySource: 'method.request.header.x-who, method.request.header.x-team' },
    { yes: () => allow() },
  );
  const send = (headers: string[]) => harness.call('/a', { headers: ['x-answer', 'yes', ...headers] });
  await send(['x-who', 'a', 'x-who', 'b', 'x-team', 'c']);
  await send(['x-who', 'a', 'x-team', 'b', 'x-team', 'c']);
  expect(invocations()).toBe(2);
});

test.each([
  ['timeout', { kind: 'timeout', timeoutMs: 3000 }],
  ['crash', { kind: 'crash', errorMessage: 'exit 1' }],
  ['throttled', { kind: 'throttled' }],
] as const)('%s of the function is 500 and fails closed (AG §1.12)', async (_name, outcome) => {
  await start(SOURCE, { it: () => new RawOutcome(outcome) });
  const answer = await ask('it');
  expect([answer.status, answer.text]).toEqual([500, '{"message":null}']);
});
