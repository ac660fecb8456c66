import { type ConformanceCase } from '../case';
import { ALLOW, DENY, script } from './authorizer-scripts';

const GATEWAY_HEADERS = {
  'x-amzn-requestid': { matches: '^[0-9a-f-]{36}$' },
  'x-amz-apigw-id': { matches: '^\\S+=$' },
  'content-length': { matches: '^\\d+$' },
};

export const RESPONSE_CASES: readonly ConformanceCase[] = [
  {
    name: 'a gateway response has the service headers, and no trace id',
    fact: 'AG §2.2',
    api: 'routing',
    request: { path: '/nothing' },
    expect: {
      status: 403,
      headers: { ...GATEWAY_HEADERS, 'content-type': 'application/json' },
      absentHeaders: ['x-amzn-trace-id'],
    },
  },
  {
    name: 'a denial can be answered 402, with the context of the authorizer',
    fact: 'AG §1.5',
    api: 'responses',
    request: {
      path: '/guarded?echo=q',
      headers: { 'x-auth': script(DENY, { reason: 'payment_failed' }), 'x-echo': 'h' },
    },
    expect: {
      status: 402,
      jsonSubset: {
        reason: 'payment_failed',
        type: 'ACCESS_DENIED',
        path: '/prod/guarded',
        verb: 'GET',
      },
      // The message with its quotes, and the same without.
      text: { matches: '"message":"User is not [^"]*","raw":"User is not [^"]*"' },
      headers: {
        'cache-control': 'no-store',
        'x-from-header': 'h',
        'x-from-query': 'q',
        'x-from-context': { matches: '^\\S+=$' },
        'content-type': 'application/json',
      },
    },
  },
  {
    name: 'the error type of a customised denial stays',
    fact: 'AG §1.7',
    api: 'responses',
    request: { path: '/guarded', headers: { 'x-auth': script(DENY, {}) } },
    expect: { status: 402, headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
  },
  {
    name: 'a customised type takes no headers of its family',
    fact: 'AG §1.8',
    api: 'responses',
    request: { path: '/guarded', headers: { 'x-auth': script(DENY, {}) } },
    expect: { status: 402, absentHeaders: ['x-family'] },
  },
  {
    name: 'a status alone keeps the default template',
    fact: 'AG §2.1',
    api: 'responses',
    request: { path: '/nothing' },
    expect: { status: 404, json: { message: 'Missing Authentication Token' }, absentHeaders: ['x-family'] },
  },
  {
    name: 'a status on the family is answered by every uncustomised type',
    fact: 'AG §2.1',
    api: 'inherited',
    request: { path: '/nothing' },
    expect: { status: 418, json: { message: 'Missing Authentication Token' } },
  },
  {
    name: 'the family is chosen by the default status',
    fact: 'AG §2.1',
    api: 'inherited',
    request: { path: '/guarded', headers: { 'x-auth': '{"throw":"boom"}' } },
    expect: { status: 599, headers: { 'x-family': '5xx' }, json: { message: null } },
  },
  {
    name: 'a denial under a customised family answers its status',
    fact: 'AG §2.1',
    api: 'inherited',
    request: { path: '/guarded', headers: { 'x-auth': script(DENY, {}) } },
    expect: { status: 418 },
  },
  {
    name: 'an allowed call is not touched by gateway responses',
    fact: 'AG §2',
    api: 'responses',
    request: { path: '/guarded', headers: { 'x-auth': script(ALLOW, {}) } },
    expect: { status: 200, absentHeaders: ['x-amzn-errortype', 'cache-control'] },
  },
];
