import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  readFailedEvent,
  writeFailedEvent,
  type FailedEvent,
} from '../../lambda/billing-webhook/failed-events';
import { MAX_WEBHOOK_BYTES } from '../../lambda/billing/webhook-request';

/** Of an account whose queues were made when this was the limit. */
const SQS_BYTES = 1024 * 1024;
/** What SQS accepts: the characters of XML. */

const XML = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

function failed(content: object, overrides: Partial<FailedEvent> = {}): FailedEvent {
  return {
    provider: 'stripe',
    id: 'evt_1',
    type: 'invoice.paid',
    receivedAt: '2026-05-01T00:00:00.000Z',
    error: 'away',
    content: content as FailedEvent['content'],
    ...overrides,
  };
}

/** As long as the endpoint lets in, and no longer. */
const full = (element: string): object => {
  const count = Math.floor((MAX_WEBHOOK_BYTES - 20) / (Buffer.byteLength(element) + 1));
  return JSON.parse(`{"data":[${Array(count).fill(element).join(',')}]}`) as object;
};

test.each<[string, object]>([
  ['numbers that are written longer than they came', full('1e20')],
  [
    'text that cannot be compressed',
    { data: randomBytes((MAX_WEBHOOK_BYTES * 3) / 4 - 100).toString('base64') },
  ],
  ['letters of several bytes', full('"支払い💶"')],
  ['escapes', full('"\\ud800\\u0000\\uffff"')],
  ['a small event', { object: 'event' }],
])('the largest event fits into a message: %s', (_case, content) => {
  const body = writeFailedEvent(failed(content));
  expect(Buffer.byteLength(body)).toBeLessThan(SQS_BYTES);
  expect(XML.test(body)).toBe(true);
  expect(readFailedEvent(body)).toEqual(failed(content));
});

test('an endless error and endless names are cut', () => {
  const long = 'x'.repeat(2_000_000);
  const body = writeFailedEvent(failed({ object: 'event' }, { error: long, id: long, type: long }));
  expect(Buffer.byteLength(body)).toBeLessThan(4_000);
});

test('whatever is written is read again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (content) => {
      const body = writeFailedEvent(failed(content));
      expect(XML.test(body)).toBe(true);
      expect(readFailedEvent(body)!.content).toEqual(JSON.parse(JSON.stringify(content)));
    }),
  );
});

test.each([
  '',
  'null',
  '[]',
  '{}',
  '{"provider":"stripe"}',
  '{"provider":"stripe","compressedContent":"eA=="}',
])('no message of the queue: %s', (body) => expect(readFailedEvent(body)).toBeUndefined());
