import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, StackBuilder, uriOf } from './support/stack-builder';

let harness: Harness;
let finish: () => void = () => undefined;

const INVOCATION_TYPE = 'integration.request.header.X-Amz-Invocation-Type';

beforeAll(async () => {
  const functions = new FakeFunctions();
  const slow = functions.add('slow', () => new Promise<void>((resolve) => (finish = resolve)));
  const plain = (RequestParameters: Record<string, string>) => ({
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri: uriOf(slow),
    TimeoutInMillis: 100,
    RequestParameters,
    IntegrationResponses: [{ StatusCode: '200' }, { StatusCode: '202', SelectionPattern: 'late' }],
  });
  harness = await Harness.start(
    new StackBuilder()
      .stage()
      .method('POST', '/event', plain({ [INVOCATION_TYPE]: "'Event'" }))
      .method('POST', '/lower', plain({ [INVOCATION_TYPE.toLowerCase()]: "'Event'" }))
      .method('POST', '/asked', plain({ [INVOCATION_TYPE]: 'method.request.header.InvocationType' }))
      .method('POST', '/waits', plain({}))
      .method('POST', '/proxy', lambdaProxy(slow))
      .method('POST', '/stream', lambdaProxy(slow, { ResponseTransferMode: 'STREAM' })),
    functions,
  );
});
afterEach(() => finish());
afterAll(() => harness.close());

test.each([
  ['told to', '/event', {}, 200],
  ['told to in another case', '/lower', {}, 200],
  ['asked to by the client', '/asked', { InvocationType: 'Event' }, 200],
  ['asked for an answer', '/asked', { InvocationType: 'RequestResponse' }, 504],
  ['not asked', '/asked', {}, 504],
  ['not told', '/waits', {}, 504],
])('a function without proxy is not waited for when %s: %s %j', async (_what, path, headers, status) => {
  const answer = await harness.call(path, { method: 'POST', headers, body: '{"a":1}' });
  expect([answer.status, harness.functions.calls.at(-1)?.event]).toEqual([status, { a: 1 }]);
  if (status === 200) expect(answer.text).toBe('');
});

test.each(['/waits', '/event', '/proxy', '/stream'])(
  'an event that is too long for a function is refused before it is called: %s (AG §2)',
  async (path) => {
    const calls = harness.functions.calls.length;
    const body = JSON.stringify('a'.repeat(6_291_556));
    const answer = await harness.call(path, { method: 'POST', body });
    expect([answer.status, answer.json]).toEqual([413, { message: 'Request Too Long' }]);
    expect(harness.functions.calls).toHaveLength(calls);
  },
);
