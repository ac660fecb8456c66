import { type ConformanceCase } from '../case';

const served = (
  name: string,
  fact: string,
  method: string,
  path: string,
  route: string,
): ConformanceCase => ({
  name,
  fact,
  api: 'routing',
  request: { method, path },
  expect: { status: 200, json: { route } },
});

const missing = (name: string, fact: string, method: string, path: string): ConformanceCase => ({
  name,
  fact,
  api: 'routing',
  request: { method, path },
  expect: {
    status: 403,
    json: { message: 'Missing Authentication Token' },
    headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException' },
  },
});

export const ROUTING_CASES: readonly ConformanceCase[] = [
  served('the root has a method of its own', 'AG §6', 'GET', '/', 'GET /'),
  served('a literal segment', 'AG §6', 'GET', '/users', 'GET /users'),
  served('a literal wins over a parameter', 'AG §6', 'GET', '/users/me', 'GET /users/me'),
  served('a parameter', 'AG §6', 'GET', '/users/7', 'GET /users/{id}'),
  served('an exact verb wins over ANY', 'AG §6', 'GET', '/users/8', 'GET /users/{id}'),
  served('ANY takes the other verbs', 'AG §6', 'PATCH', '/users/7', 'ANY /users/{id}'),
  served('a child of a parameter', 'AG §6', 'POST', '/users/7/notes', 'POST /users/{id}/notes'),
  served('a greedy parameter', 'AG §6', 'GET', '/open/a/b/c', 'GET /open/{proxy+}'),
  served(
    'an open greedy route serves verbs that a guarded one lacks',
    'AG §1.13',
    'GET',
    '/open/guarded',
    'GET /open/{proxy+}',
  ),
  served('the guarded route keeps its own verb', 'AG §1.13', 'POST', '/open/guarded', 'POST /open/guarded'),
  served(
    'an unknown child falls back to the greedy sibling',
    'AG §6',
    'GET',
    '/open/guarded/x',
    'GET /open/{proxy+}',
  ),
  served('a trailing slash is ignored in matching', 'AG §6', 'GET', '/users/', 'GET /users'),
  served('a verb of the specific resource', 'AG §6', 'DELETE', '/any/thing', 'DELETE /any/thing'),
  served('greedy ANY takes the rest', 'AG §6', 'PUT', '/any/thing', 'ANY /any/{rest+}'),
  served('ANY of the specific resource wins over greedy', 'AG §6', 'GET', '/shared/all', 'ANY /shared/all'),
  served(
    'a resource with OPTIONS only falls back to greedy',
    'AG §6',
    'GET',
    '/shared/preflight',
    'GET /shared/{rest+}',
  ),
  missing(
    'neither the specific resource nor the greedy one has the verb',
    'AG §6',
    'PUT',
    '/shared/preflight',
  ),
  missing('an unknown path', 'AG §6', 'GET', '/nothing'),
  missing('an unknown verb', 'AG §6', 'GET', '/orders'),
  missing('a greedy parameter needs a segment', 'AG §6', 'GET', '/open'),
  missing('a greedy parameter needs more than a slash', 'AG §6', 'GET', '/open/'),
  missing('no implicit OPTIONS', 'AG §6', 'OPTIONS', '/users'),
  missing('a verb that the resource lacks', 'AG §6', 'PUT', '/users'),
  {
    name: 'no implicit HEAD',
    fact: 'AG §6',
    api: 'routing',
    request: { method: 'HEAD', path: '/users' },
    expect: { status: 403, text: '', headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException' } },
  },
  {
    name: 'an unknown stage',
    fact: 'AG §2',
    api: 'routing',
    request: { path: '/no-such-stage/users', fromRoot: true },
    expect: {
      status: 403,
      json: { message: 'Forbidden' },
      headers: { 'x-amzn-errortype': 'ForbiddenException' },
    },
  },
  {
    name: 'slashes repeated before the stage are collapsed',
    fact: 'AG §6',
    api: 'routing',
    request: { path: '//prod/users', fromRoot: true },
    expect: { status: 200, json: { route: 'GET /users' } },
  },
  {
    name: 'X-HTTP-Method-Override changes the verb',
    fact: 'AG §6',
    api: 'routing',
    request: { path: '/orders', headers: { 'X-HTTP-Method-Override': 'POST' } },
    expect: { status: 200, json: { route: 'POST /orders' } },
  },
];
