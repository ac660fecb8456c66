import { InvokeCommand, LambdaClient, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { serviceTests, until, type Running } from './support';

const serve = serviceTests();
let running: Running;
let client: LambdaClient;

beforeAll(async () => {
  running = await serve({ Queue: { Type: 'AWS::SQS::Queue' } });
  client = new LambdaClient(running.client);
});
afterAll(() => client.destroy());

async function invoke(input: Partial<InvokeCommandInput>) {
  const { Payload, ...answer } = await client.send(
    new InvokeCommand({ FunctionName: 'consumer', Payload: '{"a":1}', ...input }),
  );
  return { ...answer, payload: Buffer.from(Payload ?? []).toString() };
}

test.each(['consumer', 'arn:aws:lambda:us-east-1:000000000000:function:consumer'])(
  'a function is invoked as %s, and its result is the answer',
  async (FunctionName) => {
    running.functions.answer = (_, { a }: { a: number }) => ({ b: a + 1 });
    const answer = await invoke({ FunctionName });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST', payload: '{"b":2}' });
    expect(answer.FunctionError).toBeUndefined();
  },
);

test('an error of the function is an answer, too', async () => {
  running.functions.answer = () => {
    throw new Error('no');
  };
  const { FunctionError, payload } = await invoke({});
  expect(FunctionError).toBe('Unhandled');
  expect(JSON.parse(payload)).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
});

test('of a function that does not exist it is said so', async () => {
  await expect(invoke({ FunctionName: 'nobody' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: nobody',
  });
});

test('an event that nobody waits for is taken, a dry run invokes nothing', async () => {
  running.functions.answer = () => null;
  const before = running.functions.events.length;
  expect(await invoke({ InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204, payload: '' });
  expect(running.functions.events).toHaveLength(before);
  expect(await invoke({ InvocationType: 'Event' })).toMatchObject({ StatusCode: 202, payload: '' });
  await until(() => running.functions.events.length === before + 1);
});

test('takes events of up to 6 MB, and of up to 1 MB when nobody waits for the answer', async () => {
  running.functions.answer = (_, { text }: { text: string }) => text.length;
  const Payload = JSON.stringify({ text: 'x'.repeat(6_000_000) });
  expect(await invoke({ Payload })).toMatchObject({ StatusCode: 200, payload: '6000000' });
  await expect(invoke({ Payload, InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'RequestTooLargeException',
    $metadata: { httpStatusCode: 413 },
  });
});

test('what a streaming function wrote is passed on as it is', async () => {
  const plain = running.functions.invoke.bind(running.functions);
  running.functions.invoke = () => Promise.resolve({ kind: 'success', payload: 'hello', durationMs: 1 });
  expect(await invoke({})).toMatchObject({ StatusCode: 200, payload: 'hello' });
  running.functions.invoke = plain;
});
