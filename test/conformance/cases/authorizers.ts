import { type ConformanceCase, type Expectation } from '../case';
import { ALLOW, DENY, result, script, statement } from './authorizer-scripts';

// How the text goes on differs between accounts.
const DENIED_EXPLICITLY: Expectation = {
  status: 403,
  text: { matches: '^{"Message":"User is not authorized to access this resource with an explicit deny' },
  headers: { 'x-amzn-errortype': 'AccessDeniedException' },
};
const DENIED: Expectation = {
  status: 403,
  json: { Message: 'User is not authorized to access this resource' },
  headers: { 'x-amzn-errortype': 'AccessDeniedException' },
};
const UNAUTHORIZED: Expectation = {
  status: 401,
  text: '{"message":"Unauthorized"}',
  headers: { 'x-amzn-errortype': 'UnauthorizedException' },
};
const FAULT: Expectation = {
  status: 500,
  text: '{"message":null}',
  headers: { 'x-amzn-errortype': 'AuthorizerConfigurationException' },
};
const ADMITTED: Expectation = { status: 200 };

const scripted = (name: string, xAuth: string, expect: Expectation): ConformanceCase => ({
  name,
  fact: 'AG §4',
  api: 'authorizers',
  request: { path: '/scripted/7', headers: { 'x-auth': xAuth } },
  expect,
});

const arn = '.*execute-api:[^:]+:\\d{12}:[^/]+/prod/GET/scripted/7$';

export const AUTHORIZER_CASES: readonly ConformanceCase[] = [
  scripted('allow', script(ALLOW, {}), ADMITTED),
  scripted('allow for everything', script(statement('Allow', '*', '*'), {}), ADMITTED),
  scripted(
    'allow with the action execute-api:*',
    script(statement('Allow', '*', 'execute-api:*'), {}),
    ADMITTED,
  ),
  scripted(
    'allow by wildcard resource',
    script(statement('Allow', 'arn:aws:execute-api:*:*:*/*/GET/scripted/?'), {}),
    ADMITTED,
  ),
  scripted(
    'allow of another action is an implicit deny',
    script(statement('Allow', '*', 's3:GetObject'), {}),
    DENIED,
  ),
  scripted(
    'allow of another resource is an implicit deny',
    script(statement('Allow', 'arn:aws:execute-api:*:*:*/*/POST/*'), {}),
    DENIED,
  ),
  scripted('explicit deny', script(DENY, {}), DENIED_EXPLICITLY),
  scripted('deny wins over allow, whatever the order', script([ALLOW, DENY], {}), DENIED_EXPLICITLY),
  scripted('throwing exactly Unauthorized', '{"throw":"Unauthorized"}', UNAUTHORIZED),
  scripted('throwing Unauthorized and more', '{"throw":"Unauthorized: expired"}', FAULT),
  scripted('throwing anything else', '{"throw":"boom"}', FAULT),
  scripted('null', result(null), FAULT),
  scripted('a string', result('Allow'), FAULT),
  scripted('a list', result([]), FAULT),
  scripted('an HTTP answer', result({ statusCode: 200, body: '' }), FAULT),
  scripted('no policy', result({ principalId: 'x' }), FAULT),
  scripted(
    'policy keys in lower case',
    result({ principalId: 'x', policyDocument: { version: '2012-10-17', statement: [ALLOW] } }),
    FAULT,
  ),
  scripted('an effect in lower case', script({ ...ALLOW, Effect: 'allow' }, {}), FAULT),
  scripted('a list in the context', script(ALLOW, { list: [1] }), FAULT),
  scripted('an object in the context', script(ALLOW, { map: {} }), FAULT),
  scripted('null in the context', script(ALLOW, { nothing: null }), FAULT),
  {
    name: 'context arrives as strings, with principal and latency',
    fact: 'AG §4',
    api: 'authorizers',
    request: {
      path: '/scripted/7',
      headers: { 'x-auth': script(ALLOW, { text: 'a', number: 1, flag: true }) },
    },
    expect: {
      status: 200,
      jsonSubset: {
        requestContext: {
          authorizer: { text: 'a', number: '1', flag: 'true', principalId: 'someone' },
        },
      },
    },
  },
  {
    name: 'the method ARN has the concrete verb and path',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/scripted/7', headers: { 'x-auth': script(ALLOW, { arn: 'METHOD_ARN' }) } },
    expect: { status: 200, text: { matches: arn.replace('.*', '"arn":"arn:[^:]+:').replace('$', '"') } },
  },
  {
    name: 'a missing header among the sources, at TTL 0',
    fact: 'AG §1.11',
    api: 'authorizers',
    request: { path: '/identity?who=me' },
    expect: UNAUTHORIZED,
  },
  {
    name: 'a missing query parameter among the sources',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/identity', headers: { 'x-auth': script(ALLOW, {}) } },
    expect: UNAUTHORIZED,
  },
  {
    name: 'an empty source is a missing one',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/identity?who=', headers: { 'x-auth': script(ALLOW, {}) } },
    expect: UNAUTHORIZED,
  },
  {
    name: 'all sources there',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/identity?who=me', headers: { 'x-auth': script(ALLOW, {}) } },
    expect: ADMITTED,
  },
  {
    name: 'a REQUEST authorizer ignores a validation expression',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/validating', headers: { 'x-auth': script(ALLOW, {}) } },
    expect: { status: 200 },
  },
  {
    name: 'TOKEN: the token',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/token', headers: { Authorization: 'Bearer allow' } },
    expect: {
      status: 200,
      jsonSubset: {
        requestContext: { authorizer: { type: 'TOKEN', token: 'Bearer allow', principalId: 'token' } },
      },
    },
  },
  {
    name: 'TOKEN: another token',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/token', headers: { Authorization: 'Bearer other' } },
    expect: UNAUTHORIZED,
  },
  {
    name: 'TOKEN: no token',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/token' },
    expect: UNAUTHORIZED,
  },
  {
    name: 'TOKEN: the validation expression does not match',
    fact: 'AG §4',
    api: 'authorizers',
    request: { path: '/token', headers: { Authorization: 'Basic allow' } },
    expect: UNAUTHORIZED,
  },
];
