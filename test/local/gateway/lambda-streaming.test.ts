import { type IncomingMessage, request } from 'node:http';
import { type StreamSink } from '../../../local/contract';
import { FakeFunctions, RawOutcome } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, StackBuilder } from './support/stack-builder';

let harness: Harness;
afterEach(() => harness.close());

const HEAD = JSON.stringify({ statusCode: 201, headers: { 'x-a': '1' }, cookies: ['c=1'] });
const NULLS = Buffer.alloc(8);
const bytes = (text: string): Buffer => Buffer.from(text);
const write = (sink: StreamSink, chunk: Uint8Array) => new Promise<void>((taken) => sink.write(chunk, taken));

async function start(
  handler: (event: any, sink: StreamSink) => unknown,
  TimeoutInMillis = 200,
): Promise<void> {
  const functions = new FakeFunctions();
  const arn = functions.add('stream', handler as never);
  const streaming = lambdaProxy(arn, { ResponseTransferMode: 'STREAM', TimeoutInMillis });
  harness = await Harness.start(new StackBuilder().stage().method('GET', '/', streaming), functions);
}

test('head, then chunks, as the function writes them (AG §7.9)', async () => {
  await start(async (_event, sink) => {
    await write(sink, bytes(HEAD.slice(0, 10)));
    await write(sink, bytes(HEAD.slice(10)));
    await write(sink, NULLS);
    await write(sink, bytes('one,'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await write(sink, bytes('two'));
    sink.end();
  });
  const answer = await harness.call('/');
  expect([answer.status, answer.text]).toEqual([201, 'one,two']);
  expect(answer.headers).toMatchObject({
    'x-a': '1',
    'set-cookie': ['c=1'],
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
  });
});

test.each<[string, (event: any, sink: StreamSink) => unknown, number]>([
  ['a function that does not stream', () => ({ statusCode: 200 }), 502],
  ['a head that is no JSON', (_e, sink) => write(sink, Buffer.concat([bytes('head'), NULLS])), 502],
  [
    'a head with a foreign member',
    (_e, sink) => write(sink, Buffer.concat([bytes('{"body":""}'), NULLS])),
    502,
  ],
  ['a head without end', (_e, sink) => write(sink, Buffer.alloc(2_000_000, 'x')), 502],
  [
    'an error before the head',
    () => {
      throw new Error('boom');
    },
    502,
  ],
  ['a throttled function', () => new RawOutcome({ kind: 'throttled' }), 500],
  ['a function that never begins', () => new Promise(() => undefined), 504],
])('%s', async (_name, handler, status) => {
  await start(handler);
  expect((await harness.call('/')).status).toBe(status);
});

test.each<[what: string, goOn: () => Promise<void>]>([
  [
    'an error',
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('boom');
    },
  ],
  ['the integration timeout', () => new Promise(() => undefined)],
])('%s after the head breaks the answer off', async (_what, goOn) => {
  await start(async (_event, sink) => {
    await write(sink, Buffer.concat([bytes(HEAD), NULLS, bytes('half')]));
    await goOn();
  });
  const isComplete = await new Promise<boolean>((resolve, reject) => {
    request(harness.url(), { agent: false }, (response) => {
      response.on('data', () => undefined);
      response.on('error', () => undefined);
      response.on('close', () => resolve(response.complete));
    })
      .on('error', reject)
      .end();
  });
  expect(isComplete).toBe(false);
});

describe('a function that writes faster than its client reads', () => {
  const CHUNK = Buffer.alloc(1_000_000, 'x');
  /** Far more than the buffers of two sockets hold. */
  const CHUNKS = 20;

  const slowClient = async (): Promise<IncomingMessage> =>
    await new Promise((resolve, reject) => {
      request(harness.url(), { agent: false }, (response) => resolve(response.pause()))
        .on('error', reject)
        .end();
    });

  const writer = () => {
    const state = { taken: 0, done: () => undefined as unknown };
    const ended = new Promise((resolve) => (state.done = () => resolve(undefined)));
    const handler = async (_event: unknown, sink: StreamSink) => {
      await write(sink, Buffer.concat([bytes(HEAD), NULLS]));
      for (; state.taken < CHUNKS; state.taken++) await write(sink, CHUNK);
      state.done();
    };
    return { state, ended, handler };
  };

  /** Waits until nothing moves any more. */
  const standstill = async (state: { taken: number }): Promise<number> => {
    for (let before = -1; before !== state.taken;) {
      before = state.taken;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return state.taken;
  };

  test('waits for it, and all of it arrives', async () => {
    const { state, ended, handler } = writer();
    await start(handler, 20_000);
    const response = await slowClient();
    expect(await standstill(state)).toBeLessThan(CHUNKS / 2);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    await ended;
    expect(received).toBe(CHUNKS * CHUNK.length);
  });

  test('runs to its end when the client goes away', async () => {
    const { state, ended, handler } = writer();
    await start(handler, 20_000);
    const response = await slowClient();
    await standstill(state);
    response.destroy();
    await ended;
    expect(state.taken).toBe(CHUNKS);
  });
});
