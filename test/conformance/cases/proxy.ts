import { type ConformanceCase } from '../case';

const echoed = (
  name: string,
  path: string,
  jsonSubset: object,
  more: Partial<ConformanceCase['request']> = {},
  absentMembers: string[] = [],
): ConformanceCase => ({
  name,
  fact: 'AG §7.1',
  api: 'proxy',
  request: { path, ...more },
  expect: { status: 200, jsonSubset, absentMembers },
});

export const PROXY_CASES: readonly ConformanceCase[] = [
  echoed('absent values are null', '/', {
    resource: '/',
    path: '/',
    httpMethod: 'GET',
    body: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    isBase64Encoded: false,
  }),
  echoed('a path parameter', '/item/7', {
    resource: '/item/{id}',
    path: '/item/7',
    pathParameters: { id: '7' },
    requestContext: { resourcePath: '/item/{id}', path: '/prod/item/7', stage: 'prod', httpMethod: 'GET' },
  }),
  echoed('percent-encoding is kept in path and parameters', '/a%2Bb@c/plus/d+e', {
    path: '/a%2Bb@c/plus/d+e',
    pathParameters: { proxy: 'a%2Bb@c/plus/d+e' },
  }),
  echoed('a trailing slash stays in the path, not in the parameter', '/value/', {
    path: '/value/',
    pathParameters: { proxy: 'value' },
    requestContext: { path: '/prod/value/' },
  }),
  echoed('repeated slashes inside a greedy value are kept', '/a//b', {
    path: '/a//b',
    pathParameters: { proxy: 'a//b' },
  }),
  {
    name: 'slashes repeated after the stage',
    fact: 'AG §6',
    api: 'proxy',
    request: { path: '/prod//value', fromRoot: true },
    expect: {
      status: 200,
      jsonSubset: {
        path: '/value',
        pathParameters: { proxy: 'value' },
        requestContext: { path: '/prod//value' },
      },
    },
  },
  echoed(
    'query values are decoded; the last one is the single value',
    '/q?a=1&a=2&plus=x+y&enc=x%2By&empty=',
    {
      queryStringParameters: { a: '2', plus: 'x y', enc: 'x+y', empty: '' },
      multiValueQueryStringParameters: { a: ['1', '2'], plus: ['x y'], enc: ['x+y'], empty: [''] },
    },
  ),
  {
    name: 'a semicolon separates like an ampersand',
    fact: 'AG §6',
    api: 'proxy',
    request: { path: '/q?a=1;b=2' },
    expect: { status: 200, jsonSubset: { queryStringParameters: { a: '1', b: '2' } } },
  },
  echoed(
    'headers keep their case, except two',
    '/h',
    {
      headers: { 'tEsT-HEADeR': 'aValUE', Authorization: 'x', 'User-Agent': 'me' },
      multiValueHeaders: { 'tEsT-HEADeR': ['aValUE'] },
      requestContext: { identity: { userAgent: 'me' } },
    },
    { headers: { 'tEsT-HEADeR': 'aValUE', authorization: 'x', 'user-agent': 'me' } },
  ),
  echoed(
    'hop-by-hop headers are removed',
    '/h',
    { headers: {} },
    { method: 'POST', body: 'x', headers: { Connection: 'close', 'Content-MD5': 'x', 'Max-Forwards': '1' } },
    ['headers.Connection', 'headers.Content-MD5', 'headers.Max-Forwards', 'headers.Content-Length'],
  ),
  echoed(
    'a body is text',
    '/b',
    { body: '{"a":1}', isBase64Encoded: false },
    { method: 'POST', body: '{"a":1}' },
  ),
  echoed(
    'identity members are null when unused',
    '/i',
    {
      requestContext: {
        protocol: 'HTTP/1.1',
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          user: null,
          userArn: null,
        },
      },
    },
    {},
    ['requestContext.authorizer', 'requestContext.identity.apiKey', 'requestContext.identity.apiKeyId'],
  ),
  {
    name: 'request ids, time and account are there',
    fact: 'AG §7.1',
    api: 'proxy',
    request: { path: '/i' },
    expect: {
      status: 200,
      text: {
        matches: '"requestTime":"\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000"',
      },
      headers: { 'x-amzn-trace-id': { matches: '^Root=1-[0-9a-f]{8}-[0-9a-f]{24}' } },
    },
  },
  {
    name: 'the answer carries the trace id of the client',
    fact: 'AG §7.4',
    api: 'proxy',
    request: { path: '/t', headers: { 'X-Amzn-Trace-Id': 'Root=1-3152b799-8954dae64eda91bc9a23a7e8' } },
    expect: {
      status: 200,
      headers: {
        'x-amzn-trace-id': { matches: '^Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=[0-9a-f]{16}' },
      },
    },
  },
  {
    name: 'a binary body in base64',
    fact: 'AG §7.5',
    api: 'binary',
    request: {
      method: 'POST',
      path: '/echo',
      headers: { 'Content-Type': 'image/png' },
      bodyBase64: 'iVBORw==',
    },
    expect: { status: 200, jsonSubset: { body: 'iVBORw==', isBase64Encoded: true } },
  },
  {
    name: 'a right-hand wildcard matches a request',
    fact: 'AG §7.5',
    api: 'binary',
    request: { method: 'POST', path: '/echo', headers: { 'Content-Type': 'audio/ogg' }, bodyBase64: '/w==' },
    expect: { status: 200, jsonSubset: { body: '/w==', isBase64Encoded: true } },
  },
  {
    name: 'bytes go on to a backend as they are, without a template',
    fact: 'AG §7.5',
    api: 'binary',
    request: {
      method: 'POST',
      path: '/unchanged',
      headers: { 'Content-Type': 'image/png' },
      bodyBase64: '/wCJ',
    },
    expect: { status: 200, jsonSubset: { bodyBase64: '/wCJ' } },
  },
  {
    name: 'bytes as text are base64',
    fact: 'AG §7.5',
    api: 'binary',
    request: {
      method: 'POST',
      path: '/as-text',
      headers: { 'Content-Type': 'image/png' },
      bodyBase64: '/wCJ',
    },
    expect: { status: 200, jsonSubset: { body: '/wCJ' } },
  },
  {
    name: 'text as bytes is decoded from base64',
    fact: 'AG §7.5',
    api: 'binary',
    request: { method: 'POST', path: '/as-binary', headers: { 'Content-Type': 'text/plain' }, body: '/wCJ' },
    expect: { status: 200, jsonSubset: { bodyBase64: '/wCJ' } },
  },
  {
    name: 'stage variables',
    fact: 'AG §7.7',
    api: 'variables',
    request: { path: '/event' },
    expect: { status: 200, jsonSubset: { stageVariables: { colour: 'blue' } } },
  },
];
