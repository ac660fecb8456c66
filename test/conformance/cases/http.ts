import { type ConformanceCase } from '../case';

const passed = (name: string, path: string, type: string, body: string): ConformanceCase => ({
  name,
  fact: 'AG §7.3',
  api: 'http',
  request: { method: 'POST', path, headers: { 'content-type': type }, body: 'as it is' },
  expect: { status: 200, jsonSubset: { body } },
});

export const HTTP_CASES: readonly ConformanceCase[] = [
  {
    name: 'proxy: path, query and body go to the backend',
    fact: 'AG §7.2',
    api: 'http',
    request: { method: 'PUT', path: '/proxy/a/b?q=1&q=2', headers: { 'X-Mine': 'yes' }, body: 'hello' },
    expect: {
      status: 200,
      jsonSubset: {
        method: 'PUT',
        path: '/a/b',
        query: { q: ['1', '2'], fixed: ['1'] },
        body: 'hello',
        headers: { 'x-mine': 'yes', 'x-static': 'from the gateway', 'x-stage': 'prod' },
      },
    },
  },
  {
    name: 'proxy: some headers stay behind, the gateway names itself',
    fact: 'AG §7.2',
    api: 'http',
    request: { path: '/proxy/x', headers: { Via: '1.1 me', 'Content-Encoding': 'identity' } },
    expect: {
      status: 200,
      absentMembers: ['headers.via', 'headers.content-encoding'],
      text: { matches: '"x-amzn-apigateway-api-id":"\\w+"' },
    },
  },
  {
    name: 'proxy: the status passes',
    fact: 'AG §7.2',
    api: 'http',
    request: { path: '/proxy/status?code=418' },
    expect: { status: 418 },
  },
  {
    name: 'proxy: headers of the backend, some remapped',
    fact: 'AG §7.4',
    api: 'http',
    request: { path: '/proxy/x' },
    expect: {
      status: 200,
      headers: {
        'x-backend': 'seen',
        'content-type': 'application/json',
        'x-amzn-remapped-server': 'backend/1',
        'x-amzn-remapped-x-amzn-requestid': 'of-the-backend',
        'x-amzn-remapped-www-authenticate': 'Basic',
        'x-amzn-remapped-date': { matches: 'GMT$' },
      },
      absentHeaders: ['server', 'www-authenticate', 'x-amzn-trace-id'],
    },
  },
  {
    name: 'the integration method is sent',
    fact: 'AG §7.2',
    api: 'http',
    request: { path: '/verb' },
    expect: { status: 200, jsonSubset: { method: 'POST' } },
  },
  {
    name: 'only mapped headers go on, the template makes the body',
    fact: 'AG §7.2',
    api: 'http',
    request: {
      method: 'POST',
      path: '/mapped?code=200',
      headers: { 'x-source': 'mapped', 'x-other': 'lost', 'content-type': 'application/json' },
      body: '{"inner":{"a":1}}',
    },
    expect: {
      status: 200,
      jsonSubset: {
        method: 'POST',
        query: { code: ['200'] },
        body: '{"wrapped":{"a":1}}',
        headers: { 'x-mapped': 'mapped', accept: 'application/json' },
      },
      absentMembers: ['headers.x-other'],
      headers: { 'x-seen': 'seen' },
      absentHeaders: ['x-backend'],
    },
  },
  {
    name: 'the user agent names the gateway',
    fact: 'AG §7.2',
    api: 'http',
    request: { method: 'POST', path: '/mapped?code=200', body: '{"inner":1}' },
    expect: { status: 200, text: { matches: '"user-agent":"AmazonAPIGateway_\\w+"' } },
  },
  {
    name: 'the whole status selects the response',
    fact: 'AG §7.2',
    api: 'http',
    request: { method: 'POST', path: '/mapped?code=410', body: '{"inner":1}' },
    expect: { status: 404 },
  },
  {
    name: 'no response for the status and no default',
    fact: 'AG §7.2',
    api: 'http',
    request: { path: '/unmatched' },
    expect: { status: 500, json: { message: 'Internal server error' } },
  },
  {
    name: 'a forbidden header in a mapping fails every call',
    fact: 'AG §7.4',
    api: 'http',
    request: { path: '/forbidden-header' },
    expect: { status: 500, json: { message: 'Internal server error' } },
  },
  {
    name: 'mappings take literals, context, body and query to the backend, and headers and body back',
    fact: 'AG §7.4',
    api: 'http',
    request: {
      method: 'POST',
      path: '/sources?p=0&q=1&q=2',
      headers: { 'content-type': 'application/json' },
      body: '{"inner":{"list":["a","b"]}}',
    },
    expect: {
      status: 200,
      jsonSubset: {
        headers: {
          'x-static': 'fixed',
          'x-context': 'prod',
          'x-body': 'b',
          'x-query': '0',
          'x-queries': '1, 2',
        },
      },
      headers: { 'x-static': 'fixed', 'x-context': 'POST', 'x-body': 'fixed', 'x-header': 'seen' },
    },
  },
  passed('WHEN_NO_MATCH passes a body that no template is for', '/no-match', 'text/plain', 'as it is'),
  passed(
    'WHEN_NO_MATCH, a template for the content type',
    '/no-match',
    'application/json',
    '{"by":"template"}',
  ),
  passed('WHEN_NO_TEMPLATES passes when there are none', '/without-templates', 'text/plain', 'as it is'),
  {
    name: 'WHEN_NO_TEMPLATES refuses what the templates are not for',
    fact: 'AG §7.3',
    api: 'http',
    request: {
      method: 'POST',
      path: '/no-templates',
      headers: { 'content-type': 'text/plain' },
      body: 'as it is',
    },
    expect: { status: 415, json: { message: 'Unsupported Media Type' } },
  },
  {
    name: 'stage variables in the URI',
    fact: 'AG §7.7',
    api: 'variables',
    request: { path: '/uri' },
    // One that is not defined is empty.
    expect: { status: 200, jsonSubset: { path: '/blue/', headers: { 'x-colour': 'blue' } } },
  },
];
