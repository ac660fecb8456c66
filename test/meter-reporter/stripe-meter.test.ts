import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StripeMeter } from '../../lambda/meter-reporter/stripe-meter';

const REPORT = {
  id: '6fb0a3f2-1c1e-4a55-9d0e-2f3f1f6f9a10',
  customer: 'cus_acme',
  from: 3,
  to: 10,
  at: 1_800_000_000_999,
  repeated: false,
};

let server: Server;
let asked: URLSearchParams[];
let answer: { status: number; body: object } | 'none';
let meter: StripeMeter;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      if (answer === 'none') return void request.socket.destroy();
      response.writeHead(answer.status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  meter = new StripeMeter({
    apiKey: 'rk_test_x',
    eventName: 'extra_calls',
    endpoint: `http://127.0.0.1:${port}`,
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});
beforeEach(() => (asked = []));

test('one event: the difference, the customer, the hour, and the identifier', async () => {
  answer = { status: 200, body: { object: 'billing.meter_event' } };
  expect(await meter.send(REPORT)).toEqual({ kind: 'taken' });
  expect(Object.fromEntries(asked[0]!)).toEqual({
    event_name: 'extra_calls',
    identifier: REPORT.id,
    timestamp: '1800000000',
    'payload[stripe_customer_id]': 'cus_acme',
    'payload[value]': '7',
  });
});

const error = (status: number, message = 'no', code?: string) => ({
  status,
  body: { error: { type: 'invalid_request_error', message, code } },
});

test.each<[string, typeof answer, string]>([
  ['a repetition', error(400, `An event already exists with identifier ${REPORT.id}.`), 'taken'],
  ['a repetition, by its code', error(400, 'no', 'duplicate_meter_event'), 'taken'],
  ['a customer who is gone', error(400, 'No such customer', 'resource_missing'), 'refused'],
  ['a key that may not', error(403), 'refused'],
  ['too many at a time', error(429), 'refused'],
  ['a conflict', error(409), 'unknown'],
  ['a fault of theirs', error(500), 'unknown'],
  ['no answer', 'none', 'unknown'],
])('%s', async (_, given, kind) => {
  answer = given;
  expect(await meter.send(REPORT)).toMatchObject({ kind });
  // A second request would make nothing of what the answer to the first said.
  expect(asked).toHaveLength(1);
});
