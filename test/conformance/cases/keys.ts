import { type ConformanceCase, type Expectation } from '../case';
import { KEYS } from '../stack/keys';
import { ALLOW, DENY, script } from './authorizer-scripts';

const FORBIDDEN: Expectation = {
  status: 403,
  json: { message: 'Forbidden' },
  headers: { 'x-amzn-errortype': 'ForbiddenException' },
};

const shown = (name: string, headers: Record<string, string>, expect: Expectation): ConformanceCase => ({
  name,
  fact: 'AG §5',
  api: 'keys',
  request: { path: '/required', headers },
  expect,
});

const identified = (
  name: string,
  fact: string,
  headers: Record<string, string>,
  expect: Expectation,
): ConformanceCase => ({
  name,
  fact,
  api: 'usageIdentifier',
  request: { path: '/required', headers },
  expect,
});

const usage = (usageIdentifierKey: string): Record<string, string> => ({
  'x-auth': script(ALLOW, {}, { usageIdentifierKey }),
});

export const KEY_CASES: readonly ConformanceCase[] = [
  shown(
    'a good key',
    { 'x-api-key': KEYS.good },
    {
      status: 200,
      jsonSubset: { requestContext: { identity: { apiKey: KEYS.good } } },
    },
  ),
  shown('the header in any case', { 'X-API-KEY': KEYS.good }, { status: 200 }),
  shown('no key', {}, FORBIDDEN),
  shown('an unknown key', { 'x-api-key': 'nobody-ever-made-this-key' }, FORBIDDEN),
  shown('a disabled key', { 'x-api-key': KEYS.disabled }, FORBIDDEN),
  shown('a key without a plan', { 'x-api-key': KEYS.planless }, FORBIDDEN),
  shown(
    'a key whose plan lets nothing through',
    { 'x-api-key': KEYS.throttled },
    {
      status: 429,
      json: { message: 'Too Many Requests' },
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
      absentHeaders: ['retry-after', 'x-ratelimit-limit'],
    },
  ),
  shown(
    'a key whose quota is spent',
    { 'x-api-key': KEYS.spent },
    {
      status: 429,
      json: { message: 'Limit Exceeded' },
      headers: { 'x-amzn-errortype': 'LimitExceededException' },
    },
  ),
  {
    name: 'a method that requires none ignores the key',
    fact: 'AG §3',
    api: 'keys',
    request: { path: '/free', headers: { 'x-api-key': KEYS.throttled } },
    expect: { status: 200, absentMembers: ['requestContext.identity.apiKey'] },
  },
  identified('the key that the authorizer names', 'AG §5', usage(KEYS.byAuthorizer), { status: 200 }),
  identified('a key on plans of two APIs', 'AG §5', usage(KEYS.good), { status: 200 }),
  {
    name: 'with the source HEADER the key that the authorizer names is ignored',
    fact: 'AG §4',
    api: 'keys',
    request: {
      path: '/guarded',
      headers: { ...usage('nobody-ever-made-this-key'), 'x-api-key': KEYS.good },
    },
    expect: { status: 200 },
  },
  {
    name: 'with the source HEADER the authorizer cannot bring the key',
    fact: 'AG §4',
    api: 'keys',
    request: { path: '/guarded', headers: usage(KEYS.good) },
    expect: FORBIDDEN,
  },
  identified('a name that no key has', 'AG §1.4', usage('nobody-ever-made-this-key'), FORBIDDEN),
  identified(
    'the key in the header is ignored',
    'AG §5',
    { ...usage('nobody-ever-made-this-key'), 'x-api-key': KEYS.byAuthorizer },
    FORBIDDEN,
  ),
  identified(
    'a denial comes before the key',
    'AG §3',
    { 'x-auth': script(DENY, {}, { usageIdentifierKey: 'nobody-ever-made-this-key' }) },
    { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
  ),
];
