import { type ConformanceCase, type Expectation } from '../case';

const mocked = (
  name: string,
  path: string,
  expect: Expectation,
  headers: Record<string, string> = {},
): ConformanceCase => ({
  name,
  fact: 'AG §7.3',
  api: 'mock',
  request: { path, headers },
  expect,
});

const rendered = (name: string, path: string, text: string, body?: string): ConformanceCase => ({
  name,
  fact: 'AG §7.3',
  api: 'mock',
  request: { method: body === undefined ? 'GET' : 'POST', path: `/template/${path}`, body },
  expect: { status: 200, text },
});

const XML = { Accept: 'application/xml' };
const FAILED: Expectation = { status: 500, json: { message: 'Internal server error' } };

export const MOCK_CASES: readonly ConformanceCase[] = [
  mocked('lenient JSON names the status', '/lenient', { status: 404, json: { by: '404' } }),
  mocked('a pattern on the status', '/pattern', { status: 400, json: { by: '4xx' } }),
  mocked('among several patterns, the response of that very status', '/same', {
    status: 404,
    json: { by: '404' },
  }),
  mocked('the response without a pattern is the default', '/default', { status: 200, text: '' }),
  mocked('a status as text', '/text-status', FAILED),
  mocked('a template that is no JSON', '/unparsable', FAILED),
  mocked('overrides of the request template survive', '/override', {
    status: 299,
    headers: { 'x-over': 'yes' },
  }),
  mocked('an impossible status override is ignored', '/bad-override', { status: 200 }),
  mocked('no trace id on a MOCK', '/default', {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amz-apigw-id': { matches: '=$' } },
    absentHeaders: ['x-amzn-trace-id', 'x-amzn-errortype'],
  }),
  {
    name: 'no template for the content type, NEVER pass through',
    fact: 'AG §7.3',
    api: 'mock',
    request: { method: 'POST', path: '/never', headers: { 'Content-Type': 'text/plain' }, body: 'x' },
    expect: {
      status: 415,
      json: { message: 'Unsupported Media Type' },
      headers: { 'x-amzn-errortype': 'BadRequestException' },
    },
  },
  {
    name: 'parameters of the content type do not count',
    fact: 'AG §7.3',
    api: 'mock',
    request: {
      method: 'POST',
      path: '/never',
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: '{}',
    },
    expect: { status: 200 },
  },
  mocked('Accept chooses the response template', '/accept', { status: 200, text: '<xml/>' }, XML),
  mocked('without Accept the response template is that for JSON', '/accept', {
    status: 200,
    json: { by: 'json' },
  }),
  mocked(
    'Accept of nothing that is there',
    '/accept',
    { status: 200, json: { by: 'json' } },
    { Accept: 'text/plain' },
  ),
  mocked('the only response template is used whatever Accept says', '/accept-xml', {
    status: 200,
    text: '<xml/>',
  }),
  rendered('$input.path of an object', 'object', '{a=1, b=[{"c":5}]}', '{"a":1,"b":[{"c":5}]}'),
  rendered('$input.path of a list', 'list', '[{"c":5},2]', '{"list":[{"c":5},2]}'),
  rendered('$input.path of what is missing', 'missing', '[]empty', '{}'),
  rendered('$input.json', 'json', '{"a":[1,2]}', '{"inner":{"a":[1,2]}}'),
  rendered('$input.body of an empty body', 'empty-body', '{}'),
  rendered('$input.params', 'params?q=x', '{"one":"x","all":"x"}'),
  rendered('$util', 'encoded', 'a+b%26c|aGk='),
  rendered('undefined stage variables, $context by dot and by bracket', 'variables', '[]|prod|GET'),
  rendered('maps by variable, put', 'maps', 'prod|b'),
  rendered('either condition', 'either?q=yes', 'either'),
  rendered('#foreach', 'loop', '1,2,3'),
  {
    name: 'stage variables in a template',
    fact: 'AG §7.7',
    api: 'variables',
    request: { path: '/' },
    expect: { status: 200, json: { colour: 'blue' } },
  },
];
