import { BinaryMediaTypes } from '../../../local/gateway/integration/binary-media-types';
import {
  isForbiddenRequestHeader,
  responseHeaderName,
} from '../../../local/gateway/integration/remapped-headers';
import { headersOf } from '../../../local/gateway/integration/aws-proxy-response';

const BOTH = ['Connection', 'Content-Length', 'Date', 'Server', 'WWW-Authenticate'];
const NON_PROXY = [
  'Authorization',
  'Content-MD5',
  'Expect',
  'Host',
  'Max-Forwards',
  'Proxy-Authenticate',
  'Trailer',
  'Upgrade',
  'User-Agent',
];

test.each(BOTH)('%s of a backend is remapped (AG §7.4)', (name) => {
  for (const kind of ['proxy', 'non-proxy'] as const)
    expect(responseHeaderName(name, kind)).toBe(`x-amzn-Remapped-${name}`);
});

test.each(NON_PROXY)('%s is remapped without proxy only', (name) => {
  expect(responseHeaderName(name, 'non-proxy')).toBe(`x-amzn-Remapped-${name}`);
  // Trailers cannot follow what was read whole.
  expect(responseHeaderName(name, 'proxy')).toBe(name === 'Trailer' ? undefined : name);
});

test('transfer encoding is dropped, a request id of the backend renamed', () => {
  expect(responseHeaderName('Transfer-Encoding', 'proxy')).toBeUndefined();
  expect(responseHeaderName('x-amzn-RequestId', 'proxy')).toBe('x-amzn-remapped-x-amzn-requestid');
});

const EVERY_TYPE = ['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY'];

test.each([
  ['Content-Length', EVERY_TYPE],
  ['Transfer-Encoding', EVERY_TYPE],
  ['X-Amzn-Trace-Id', EVERY_TYPE],
  ['X-Amzn-Apigateway-Api-Id', EVERY_TYPE],
  ['Authorization', ['AWS', 'AWS_PROXY']],
  ['Connection', ['AWS', 'AWS_PROXY']],
  ['Expect', ['AWS', 'AWS_PROXY']],
  ['Proxy-Authenticate', ['AWS', 'AWS_PROXY']],
  ['TE', ['AWS', 'AWS_PROXY']],
  ['X-Mine', []],
])('mapping the request header %s fails calls of %j', (name, types) => {
  expect(EVERY_TYPE.filter((type) => isForbiddenRequestHeader(name, type))).toEqual(types);
});

test.each<[string[], string | undefined, boolean]>([
  [['image/png'], 'image/png', true],
  [['image/png'], 'image/png; q=1', true],
  [['image/png'], 'image/jpeg', false],
  [['image/png'], '*/*', false],
  [['image/png'], undefined, false],
  [['image/*'], 'image/jpeg', true],
  [['image~1*'], 'image/jpeg', true],
  [['*/png'], 'image/png', false],
  [['*/*'], 'text/plain', true],
  [['*/*'], undefined, true],
  [['image/png'], 'text/html, image/png', false],
  [[], 'image/png', false],
])('binary media types %j match %j: %j (AG §7.5)', (types, header, expected) => {
  expect(new BinaryMediaTypes(types).match(header)).toBe(expected);
});

test('a list of header values may repeat one; what both maps have is sent once', () => {
  const sent = headersOf({ 'X-A': '1', 'X-B': '2' }, { 'x-a': ['1', '1'] });
  expect(sent).toEqual(['x-a', '1', 'x-a', '1', 'X-B', '2', 'Content-Type', 'application/json']);
});
