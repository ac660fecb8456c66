import { request } from 'node:http';
import { type StreamSink } from '../../../local/contract';
import { FakeFunctions, RawOutcome } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, StackBuilder } from './support/stack-builder';

let harness: Harness;
afterEach(() => harness.close());

const HEAD = JSON.stringify({ statusCode: 201, headers: { 'x-a': '1' }, cookies: ['c=1'] });
const NULLS = Buffer.alloc(8);
const bytes = (text: string): Buffer => Buffer.from(text);

async function start(handler: (event: any, sink: StreamSink) => unknown): Promise<void> {
  const functions = new FakeFunctions();
  const arn = functions.add('stream', handler as never);
  const streaming = lambdaProxy(arn, { ResponseTransferMode: 'STREAM', TimeoutInMillis: 200 });
  harness = await Harness.start(new StackBuilder().stage().method('GET', '/', streaming), functions);
}

test('head, then chunks, as the function writes them (AG §7.9)', async () => {
  await start(async (_event, sink) => {
    sink.write(bytes(HEAD.slice(0, 10)));
    sink.write(bytes(HEAD.slice(10)));
    sink.write(NULLS);
    sink.write(bytes('one,'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    sink.write(bytes('two'));
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
  ['a head that is no JSON', (_e, sink) => sink.write(Buffer.concat([bytes('head'), NULLS])), 502],
  [
    'a head with a foreign member',
    (_e, sink) => sink.write(Buffer.concat([bytes('{"body":""}'), NULLS])),
    502,
  ],
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

test('an error after the head breaks the answer off', async () => {
  await start(async (_event, sink) => {
    sink.write(Buffer.concat([bytes(HEAD), NULLS, bytes('half')]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error('boom');
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
