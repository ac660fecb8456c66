import { createServer, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Harness } from './support/harness';
import { StackBuilder } from './support/stack-builder';

let harness: Harness;
let backend: Server;
let held: ServerResponse;

beforeAll(async () => {
  backend = createServer((_request, response) => {
    held = response;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('first;');
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const Uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
  harness = await Harness.start(
    new StackBuilder()
      .stage('prod', { AccessLogSetting: { DestinationArn: 'arn', Format: '$context.responseLength' } })
      .method('GET', '/', {
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: 'GET',
        Uri,
        ResponseTransferMode: 'STREAM',
      }),
  );
});

afterAll(async () => {
  backend.closeAllConnections();
  backend.close();
  await harness.close();
});

/** Collects the answer; `onFirst` runs when the first bytes are there. */
function read(onFirst: () => void): Promise<{ text: string; isComplete: boolean }> {
  return new Promise((resolve, reject) => {
    request(harness.url(), { agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        if (text === '') onFirst();
        text += chunk.toString();
      });
      response.on('error', () => undefined);
      response.on('close', () => resolve({ text, isComplete: response.complete }));
    })
      .on('error', reject)
      .end();
  });
}

test('the first bytes arrive before the backend has ended (AG §7.9)', async () => {
  const answer = await read(() => held.end('last'));
  expect(answer).toEqual({ text: 'first;last', isComplete: true });
});

test('a stream is told of at its end, with its length', async () => {
  let toldBefore = -1;
  const before = harness.records.length;
  await read(() => {
    toldBefore = harness.records.length - before;
    held.end('last');
  });
  expect(toldBefore).toBe(0);
  expect(harness.records.length - before).toBe(1);
  expect(harness.accessLog.at(-1)?.line).toBe('10');
});

test('a backend that breaks off breaks the answer off', async () => {
  const answer = await read(() => held.destroy());
  expect(answer).toEqual({ text: 'first;', isComplete: false });
});
