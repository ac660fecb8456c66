import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type StreamSink } from '../../../local/contract';
import { StreamPrelude } from '../../../local/gateway/integration/stream-prelude';
import { until } from '../services/support';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { raw } from './support/http';
import { lambdaProxy, StackBuilder } from './support/stack-builder';

const HEAD = Buffer.concat([Buffer.from('{"statusCode":200}'), Buffer.alloc(8)]);

let harness: Harness;
/** Of the function behind `/held`. */
let held: { readonly sink: StreamSink; readonly end: () => void } | undefined;

beforeEach(async () => {
  held = undefined;
  const functions = new FakeFunctions();
  const streaming = (name: string, handler: (event: unknown, sink: StreamSink) => unknown) =>
    lambdaProxy(functions.add(name, handler as never), { ResponseTransferMode: 'STREAM' });
  const answering = (name: string, answer: object) => lambdaProxy(functions.add(name, () => answer));
  harness = await Harness.start(
    new StackBuilder()
      .stage()
      .method(
        'GET',
        '/fails',
        streaming('fails', (_event, sink) => {
          sink.write(HEAD, () => undefined);
          throw new Error('right after the head');
        }),
      )
      .method(
        'GET',
        '/held',
        streaming('held', (_event, sink) => new Promise<void>((end) => (held = { sink, end }))),
      )
      .method('GET', '/204', answering('204', { statusCode: 204, headers: { 'x-a': 'a\nb' } }))
      .method('GET', '/304', answering('304', { statusCode: 304, headers: { 'x a': 'b' } }))
      .method('GET', '/200', answering('200', { statusCode: 200, headers: { 'x-a': 'a\nb' } })),
    functions,
  );
});

afterEach(() => harness.close());

function open(text: string, allowHalfOpen = false): { socket: Socket; received: () => string } {
  const socket = connect({ port: Number(new URL(harness.url()).port), host: '127.0.0.1', allowHalfOpen });
  let all = '';
  socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(text);
  return { socket, received: () => all };
}

const get = (path: string): string => `GET /prod${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

test('a function that fails right after the head breaks the answer off, and nothing else', async () => {
  expect(await raw(harness.url(), get('/fails'))).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
  expect((await harness.call('/200')).status).toBe(502);
});

test.each(['/204', '/304', '/200'])(
  'headers that cannot be sent are a 502 with its own phrase and body, whatever the status: %s',
  async (path) => {
    const answer = await raw(harness.url(), get(path).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(answer).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\r\n\r\n\{"message": "Internal server error"\}$/,
    );
  },
);

test('the head of a stream arrives before there is a body', async () => {
  const { socket, received } = open(get('/held'));
  await until(() => held !== undefined);
  held!.sink.write(HEAD, () => undefined);
  await until(() => received().endsWith('\r\n\r\n'));
  expect(received()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  held!.end();
  socket.destroy();
});

test('a client that has gone before its stream begins is not streamed to', async () => {
  const outgoing = request(`${harness.url()}held`).on('error', () => undefined);
  outgoing.end();
  await until(() => held !== undefined);
  outgoing.destroy();
  // Answered after the server has seen the other one close.
  await harness.call('/200');
  const { sink, end } = held!;
  for (const chunk of [HEAD, ...Array.from({ length: 40 }, () => Buffer.alloc(10_000))])
    await new Promise<void>((taken) => sink.write(chunk, taken));
  end();
  await until(() => harness.records.some(({ path }) => path === '/prod/held'));
});

test('broken HTTP in the midst of an answer breaks it off: nothing is mixed into its body', async () => {
  const { socket, received } = open(get('/held'));
  await until(() => held !== undefined);
  held!.sink.write(HEAD, () => undefined);
  held!.sink.write(Buffer.from('first'), () => undefined);
  await until(() => received().includes('first'));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write('GARBAGE\r\n\r\n');
  await closed;
  expect(received()).not.toContain('400');
  held!.end();
});

test.each(['CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 'GARBAGE\r\n\r\n'])(
  'a client that keeps its side open does not keep the server from closing: %j',
  async (text) => {
    const { socket, received } = open(text, true);
    await until(() => received().includes('400'));
    await harness.close();
    socket.destroy();
  },
);

test('a cookie that is no text is a malformed head, not a fault of the gateway', () => {
  const head = Buffer.concat([Buffer.from('{"cookies":[{"toString":1}]}'), Buffer.alloc(8)]);
  expect(new StreamPrelude().push(head)).toBeNull();
});
