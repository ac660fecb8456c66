import { type ConformanceCase, type Expectation } from '../case';

const MALFORMED: Expectation = {
  status: 502,
  json: { message: 'Internal server error' },
  headers: { 'x-amzn-errortype': 'InternalServerErrorException' },
};

const answered = (name: string, answer: unknown, expect: Expectation): ConformanceCase => ({
  name,
  fact: 'AG §7.1',
  api: 'lambda',
  request: { method: 'POST', path: '/scripted', body: JSON.stringify(answer) },
  expect,
});

const decoded = (
  name: string,
  accept: string | undefined,
  answer: object,
  expect: Expectation,
): ConformanceCase => ({
  name,
  fact: 'AG §7.5',
  api: 'binary',
  request: {
    method: 'POST',
    path: '/scripted',
    headers: { 'Content-Type': 'text/plain', ...(accept === undefined ? {} : { Accept: accept }) },
    body: JSON.stringify(answer),
  },
  expect,
});

const HI = { isBase64Encoded: true, body: 'aGk=' };

export const LAMBDA_CASES: readonly ConformanceCase[] = [
  answered('an empty object', {}, { status: 200, text: '', headers: { 'content-type': 'application/json' } }),
  answered('a status', { statusCode: 201, body: 'made' }, { status: 201, text: 'made' }),
  answered('a status as text', { statusCode: '202' }, { status: 202 }),
  answered('a status that is no number', { statusCode: 'ok' }, MALFORMED),
  answered('a member that is not allowed', { statusCode: 200, wrong: 1 }, MALFORMED),
  answered('a string', 'hello', MALFORMED),
  answered('a list', [1], MALFORMED),
  answered('null', null, MALFORMED),
  answered('null headers', { headers: null, multiValueHeaders: null, body: null }, { status: 200, text: '' }),
  answered(
    'a content type',
    { headers: { 'content-type': 'text/plain' }, body: 'x' },
    {
      status: 200,
      headers: { 'content-type': 'text/plain' },
    },
  ),
  answered(
    'a boolean header',
    { headers: { 'x-flag': true } },
    { status: 200, headers: { 'x-flag': 'true' } },
  ),
  answered('an object as header', { headers: { 'x-bad': {} } }, MALFORMED),
  answered('a multi-value header that is no list', { multiValueHeaders: { 'x-bad': 'a' } }, MALFORMED),
  answered(
    'both header maps merge',
    { headers: { 'X-A': '2' }, multiValueHeaders: { 'x-a': ['1'] } },
    {
      status: 200,
      headers: { 'x-a': '1, 2' },
    },
  ),
  answered(
    'a value that is in both maps is sent once',
    { headers: { 'x-a': '1' }, multiValueHeaders: { 'x-a': ['1', '2'] } },
    { status: 200, headers: { 'x-a': '1, 2' } },
  ),
  answered(
    'headers that are remapped',
    { headers: { Date: 'then', Server: 'mine', 'WWW-Authenticate': 'Basic', 'x-amzn-requestid': 'mine' } },
    {
      status: 200,
      headers: {
        'x-amzn-remapped-date': 'then',
        'x-amzn-remapped-server': 'mine',
        'x-amzn-remapped-www-authenticate': 'Basic',
        'x-amzn-remapped-x-amzn-requestid': 'mine',
      },
      absentHeaders: ['server', 'www-authenticate'],
    },
  ),
  {
    name: 'a function that throws',
    fact: 'AG §7.1',
    api: 'lambda',
    request: { method: 'POST', path: '/scripted', headers: { 'x-throw': 'boom' }, body: '{}' },
    expect: MALFORMED,
  },
  {
    name: 'an integration method other than POST',
    fact: 'AG §7.1',
    api: 'lambda',
    request: { path: '/wrong-verb' },
    expect: { status: 500, json: { message: 'Internal server error' } },
  },
  decoded('base64 is decoded when Accept matches', 'image/png', HI, { status: 200, text: 'hi' }),
  decoded('the first media type of Accept counts', 'text/html,image/png', HI, { status: 200, text: 'aGk=' }),
  decoded('Accept of everything does not match a specific type', '*/*', HI, { status: 200, text: 'aGk=' }),
  decoded(
    'the content type of the answer is irrelevant',
    'text/html',
    { ...HI, headers: { 'Content-Type': 'image/png' } },
    { status: 200, text: 'aGk=' },
  ),
  decoded(
    'without the flag nothing is decoded',
    'image/png',
    { body: 'aGk=' },
    { status: 200, text: 'aGk=' },
  ),
  decoded('a body that is no base64', 'image/png', { isBase64Encoded: true, body: '!' }, { status: 500 }),
  {
    name: 'without proxy the answer passes through',
    fact: 'AG §7.8',
    api: 'lambda',
    request: { method: 'POST', path: '/plain', body: '{"a":[1]}' },
    expect: { status: 200, json: { a: [1] } },
  },
  {
    name: 'without proxy an error message selects the response',
    fact: 'AG §7.8',
    api: 'lambda',
    request: { method: 'POST', path: '/plain', body: '{"fail":"Bad input"}' },
    expect: { status: 400, json: { said: 'Bad input' } },
  },
  {
    name: 'without proxy the pattern matches the whole message',
    fact: 'AG §7.8',
    api: 'lambda',
    request: { method: 'POST', path: '/plain', body: '{"fail":"not Bad"}' },
    expect: { status: 200, jsonSubset: { errorMessage: 'not Bad' } },
  },
  {
    name: 'without proxy the template makes the event',
    fact: 'AG §7.8',
    api: 'lambda',
    request: { path: '/template?name=ada' },
    expect: { status: 200, json: { name: 'ada' } },
  },
];
