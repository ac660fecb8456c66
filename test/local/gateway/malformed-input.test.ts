import fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { answerBrokenRequests } from '../../../local/gateway/http/front-end';
import { FakeFunctions } from './support/fake-functions';
import { Harness } from './support/harness';
import { raw } from './support/http';
import { lambdaProxy, mock, StackBuilder } from './support/stack-builder';

let harness: Harness;
let silent: Server;

beforeAll(async () => {
  const functions = new FakeFunctions();
  const echo = functions.add('echo', (event) => ({ body: JSON.stringify(event) }));
  const never = functions.add('never', () => new Promise(() => undefined));
  const slow = functions.add('slow', () => new Promise((resolve) => setTimeout(() => resolve({}), 50)));
  const bad = functions.add('bad', () => ({ headers: { 'x-bad': 'a\r\nInjected: yes' } }));
  const long = functions.add('long', () => ({ body: 'a'.repeat(6_400_000) }));
  silent = createServer((request, response) => {
    if (request.url === '/half') {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
    } else if (request.url === '/stalls') {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half');
    } else if (request.url === '/huge') {
      response.end(Buffer.alloc(10_485_761));
    } else if (request.url === '/switches') {
      request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    }
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const backend = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const http = (uri: string) => ({
    Type: 'HTTP_PROXY',
    IntegrationHttpMethod: 'GET',
    Uri: uri,
    TimeoutInMillis: 60,
  });
  harness = await Harness.start(
    new StackBuilder('api1', { EndpointConfiguration: { Types: ['REGIONAL'] } })
      .stage()
      .method('ANY', '/', mock())
      .method('ANY', '/echo/{proxy+}', lambdaProxy(echo))
      .method('GET', '/slow', lambdaProxy(slow))
      .method('GET', '/never', lambdaProxy(never, { TimeoutInMillis: 60 }))
      .method('GET', '/long', lambdaProxy(long))
      .method('GET', '/bad-header', lambdaProxy(bad))
      .method('GET', '/silent', http(`${backend}/`))
      .method('GET', '/half', http(`${backend}/half`))
      .method('GET', '/stalls', http(`${backend}/stalls`))
      .method('GET', '/huge', { ...http(`${backend}/huge`), TimeoutInMillis: 29_000 })
      .method('GET', '/stalls-mapped', {
        ...http(`${backend}/stalls`),
        Type: 'HTTP',
        IntegrationResponses: [{ StatusCode: '200' }],
      })
      .method('GET', '/switches', { ...http(`${backend}/switches`), TimeoutInMillis: 29_000 })
      .method(
        'GET',
        '/interim-status',
        mock('', {
          RequestTemplates: {
            'application/json': '#set($context.responseOverride.status = 100){ statusCode: 200 }',
          },
        }),
      )
      .own('GatewayResponse', 'Family', {
        ResponseType: 'DEFAULT_5XX',
        ResponseParameters: { 'gatewayresponse.header.x-family': "'5XX'" },
      })
      .method('GET', '/refused', http('http://127.0.0.1:1/'))
      .method('GET', '/no-url', http('http://[broken/'))
      .method('GET', '/missing', lambdaProxy('arn:aws:lambda:eu-west-1:123456789012:function:gone'))
      .own('GatewayResponse', 'Injection', {
        ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
        ResponseParameters: { 'gatewayresponse.header.x-q': 'method.request.querystring.q' },
      }),
    functions,
  );
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await harness.close();
});

const request = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`;
const statusOf = (text: string): string => text.slice(9, 12);

test.each<[string, string, string]>([
  ['a broken percent-encoding in the path', request('/prod/echo/%zz'), '400'],
  ['a broken percent-encoding in the query', request('/prod/echo/a?b=%2'), '400'],
  ['a bare pipe in the query (AG §6)', request('/prod/echo/a?b=c|d'), '400'],
  ['bytes that are no UTF-8, encoded', request('/prod/echo/%ff?a=%fe'), '200'],
  ['an absolute target', request('http://elsewhere/prod/echo/a'), '200'],
  ['an asterisk as target', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '403'],
  ['a URL of more than 10,240 characters', request(`/prod/echo/${'a'.repeat(10_240)}`), '414'],
  ['headers of more than 10,240 bytes', request('/prod/echo/a', `X-A: ${'a'.repeat(10_240)}\r\n`), '431'],
  ['headers of more than the parser takes', request('/prod/echo/a', `X-A: ${'a'.repeat(90_000)}\r\n`), '431'],
  ['no HTTP at all', 'hello\r\n\r\n', '400'],
  ['a space in a header name', request('/prod/echo/a', 'X A: 1\r\n'), '400'],
  ['two lengths', request('/prod/echo/a', 'Content-Length: 1\r\nContent-Length: 2\r\n'), '400'],
  ['a tunnel', 'CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
  ['no host', 'GET /prod/echo/a HTTP/1.1\r\nConnection: close\r\n\r\n', '400'],
  ['HTTP/1.0', 'GET /prod/echo/a HTTP/1.0\r\n\r\n', '200'],
  ['a stage that is a prototype member', request('/__proto__/x'), '403'],
])('%s: %#', async (_name, bytes, status) => {
  const answer = await raw(harness.url(), bytes);
  expect(statusOf(answer)).toBe(status);
  expect(answer).not.toMatch(/at .*\.ts:|node:internal/);
});

test('a body of more than 10 MB is refused by its length, as plain text (AG §2)', async () => {
  const answer = await raw(
    harness.url(),
    `POST /prod/echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\n`,
  );
  expect(statusOf(answer)).toBe('413');
  expect(answer).toContain('HTTP content length exceeded 10485760 bytes.');
  expect(answer).not.toMatch(/x-amzn/i);
});

test('a chunked body of more than 10 MB is refused', async () => {
  const answer = await harness.call('/echo/a', {
    method: 'POST',
    headers: { 'Transfer-Encoding': 'chunked' },
    body: Buffer.alloc(10_485_761),
  });
  expect(answer.status).toBe(413);
});

test('a body of exactly 10 MB passes', async () => {
  const answer = await harness.call('/', { method: 'POST', body: Buffer.alloc(10_485_760, 'a') });
  expect(answer.status).toBe(200);
});

test('a body that is too long for a function: Request Too Long (AG §2)', async () => {
  const answer = await harness.call('/echo/a', { method: 'POST', body: Buffer.alloc(7_000_000, 'a') });
  expect([answer.status, answer.json]).toEqual([413, { message: 'Request Too Long' }]);
  expect(answer.headers['x-amzn-errortype']).toBe('BadRequestException');
});

test('an answer that is too long for a function', async () => {
  const answer = await harness.call('/long');
  expect(answer.status).toBe(502);
});

test('repeated headers: the last is the single value, all are in the list', async () => {
  const { json } = await harness.call('/echo/a', { headers: ['X-A', '1', 'x-a', '2'] });
  expect(json.headers['X-A']).toBe('2');
  expect(json.multiValueHeaders['X-A']).toEqual(['1', '2']);
});

test('a client that hangs up in the middle of its body calls nobody', async () => {
  const before = harness.functions.calls.length;
  const { hostname, port } = new URL(harness.url());
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write('POST /prod/echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
      setTimeout(() => socket.destroy(), 30);
    });
    socket.on('close', () => resolve());
  });
  await harness.call('/');
  expect(harness.functions.calls.length).toBe(before);
});

test.each(['/prod/echo/a', '/prod/slow'])(
  'a client that closes its side after the request is answered: %s',
  async (path) => {
    const { hostname, port } = new URL(harness.url());
    const text = await new Promise<string>((resolve) => {
      let all = '';
      const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
      socket.on('data', (c) => (all += c.toString()));
      socket.on('end', () => resolve(all));
      socket.end(request(path));
    });
    expect(statusOf(text)).toBe('200');
  },
);

test('an empty request id or override is none', async () => {
  const answer = await harness.call('/', {
    headers: { 'x-amzn-requestid': '', 'x-http-method-override': '' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
});

test('a client that closes its side in the middle of its body gets a 400, and calls nobody', async () => {
  const before = harness.functions.calls.length;
  const { hostname, port } = new URL(harness.url());
  const text = await new Promise<string>((resolve) => {
    let all = '';
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.on('data', (c) => (all += c.toString()));
    socket.on('end', () => resolve(all));
    socket.end('POST /prod/echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');
  });
  expect(statusOf(text)).toBe('400');
  expect(harness.functions.calls.length).toBe(before);
});

test.each([
  ['its headers', 'GET /prod/ HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  ['its body', 'POST /prod/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf'],
])('a client that stalls in %s is answered 408 and closed', async (_where, bytes) => {
  const server = createServer({ connectionsCheckingInterval: 20 }, (incoming) => incoming.resume());
  answerBrokenRequests(server);
  // What takes a minute in the engine is over at once here.
  Object.assign(server, { headersTimeout: 50, requestTimeout: 100 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const text = await raw(`http://127.0.0.1:${port}`, bytes, 60_000);
  server.close();
  expect(statusOf(text)).toBe('408');
  expect(text).toMatch(/connection: close/i);
});

test.each<[string, string, number, string, RegExp | undefined]>([
  ['a function that never answers', '/never', 504, 'Endpoint request timed out', undefined],
  ['a backend that never answers', '/silent', 504, 'Endpoint request timed out', undefined],
  ['a backend that breaks off', '/half', 504, 'Network error communicating with endpoint', /broke off/],
  [
    'a backend that is not there',
    '/refused',
    504,
    'Network error communicating with endpoint',
    /ECONNREFUSED/,
  ],
  ['a backend that sends more than 10 MB', '/huge', 500, 'Internal server error', /longer than 10 MB/],
  ['a backend that never finishes', '/stalls', 504, 'Endpoint request timed out', undefined],
  ['a mapped backend that never finishes', '/stalls-mapped', 504, 'Endpoint request timed out', undefined],
  [
    'a backend that switches protocols',
    '/switches',
    504,
    'Network error communicating with endpoint',
    /without an answer/,
  ],
  ['a status that is none of an answer', '/interim-status', 502, 'Internal server error', /status 100/],
  ['a URL that is none', '/no-url', 504, 'Network error communicating with endpoint', /not a URL/],
  ['a function that does not exist', '/missing', 500, 'Internal server error', /gone is no function/],
  [
    'a header that would split the answer',
    '/bad-header',
    502,
    'Internal server error',
    /Invalid character in header content/,
  ],
])('%s', async (_name, path, status, message, detail) => {
  const answer = await harness.call(path);
  expect([answer.status, answer.json]).toEqual([status, { message }]);
  expect(answer.headers).not.toHaveProperty('injected');
  expect(answer.headers['x-family']).toBe('5XX');
  const record = harness.records.at(-1);
  if (detail) expect(record?.detail).toMatch(detail);
  else expect(record?.detail).toBeUndefined();
});

test('a substituted value cannot split a gateway response', async () => {
  const answer = await harness.call('/nope?q=a%0d%0aInjected:%20yes');
  expect(answer.status).toBe(500);
  expect(answer.headers).not.toHaveProperty('injected');
});

test('whatever the target and headers, the server answers and lives on', async () => {
  const target = fc.array(
    fc.constantFrom(
      '/',
      'prod',
      'echo',
      '%',
      '%41',
      '%00',
      '?',
      '&',
      '=',
      ';',
      '..',
      '{',
      '\\',
      'é',
      '#',
      '//',
    ),
    {
      maxLength: 12,
    },
  );
  const value = fc.string({ maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(target, value, async (parts, text) => {
      const clean = text.replace(/[^\x20-\x7e]/g, '');
      const answer = await raw(harness.url(), request(`/${parts.join('')}`, `X-Any: ${clean}\r\n`));
      expect(statusOf(answer)).toMatch(/^(200|400|403|500)$/);
      expect(statusOf(answer) === '500' && !answer.includes('Internal server error')).toBe(false);
    }),
    { numRuns: 60 },
  );
  expect((await harness.call('/')).status).toBe(200);
});
