import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { lambdaProxy, mock, StackBuilder } from './support/stack-builder';

const LONG = 'x'.repeat(200);
let harness: Harness;
afterEach(() => harness.close());

async function start(api: object = { MinimumCompressionSize: 100 }): Promise<void> {
  const functions = new FakeFunctions();
  const echo = functions.add('echo', (event) => ({ body: event.body }));
  const encoded = functions.add('encoded', () => ({ headers: { 'Content-Encoding': 'br' }, body: LONG }));
  harness = await Harness.start(
    new StackBuilder('api1', api)
      .stage()
      .method('GET', '/long', mock(LONG))
      .method('GET', '/short', mock('x'))
      .method('POST', '/echo', lambdaProxy(echo))
      .method('GET', '/encoded', lambdaProxy(encoded)),
    functions,
  );
}

const get = (path: string, accept?: string) =>
  harness.call(path, { headers: accept === undefined ? {} : { 'Accept-Encoding': accept } });

test('compresses what is long enough, for clients that take it', async () => {
  await start();
  const gzip = await get('/long', 'br, gzip');
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.body).toString()).toBe(LONG);
  const deflate = await get('/long', 'gzip;q=0, deflate');
  expect(inflateSync(deflate.body).toString()).toBe(LONG);
});

test.each([
  ['the client asks for none', '/long', undefined],
  ['the client takes another coding', '/long', 'br'],
  ['the answer is short', '/short', 'gzip'],
])('leaves the answer as it is when %s', async (_name, path, accept) => {
  await start();
  expect((await get(path, accept)).headers).not.toHaveProperty('content-encoding');
});

test('leaves alone what the backend has encoded', async () => {
  await start();
  expect((await get('/encoded', 'gzip')).headers['content-encoding']).toBe('br');
});

test('an API without the setting compresses nothing', async () => {
  await start({});
  expect((await get('/long', 'gzip')).text).toBe(LONG);
});

test.each([
  ['gzip', gzipSync('hello')],
  ['deflate', deflateSync('hello')],
  ['identity', Buffer.from('hello')],
])('decodes a request body in %s', async (encoding, body) => {
  await start();
  const answer = await harness.call('/echo', {
    method: 'POST',
    headers: { 'Content-Encoding': encoding },
    body,
  });
  expect(answer.text).toBe('hello');
});

test.each([
  ['broken', Buffer.from('no gzip')],
  ['a bomb', gzipSync(Buffer.alloc(20_000_000))],
])('refuses a compressed body that is %s', async (_name, body) => {
  await start();
  const answer = await harness.call('/echo', {
    method: 'POST',
    headers: { 'Content-Encoding': 'gzip' },
    body,
  });
  expect(answer.status).toBe(400);
});
