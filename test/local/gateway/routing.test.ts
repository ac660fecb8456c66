import fc from 'fast-check';
import { RouteTable } from '../../../local/gateway/routing';

function table(...routes: readonly (readonly [string, string])[]): RouteTable<string> {
  const routeTable = new RouteTable<string>();
  for (const [verb, path] of routes) routeTable.add(path, verb, `${verb} ${path}`);
  return routeTable;
}

test.each<[string, string, string, Record<string, string> | null]>([
  ['/a/b', 'GET', 'GET /a/{x}', { x: 'b' }],
  ['/a/c', 'GET', 'GET /a/c', null],
  ['/a/c', 'POST', 'ANY /{all+}', { all: 'a/c' }],
  ['/a/%63', 'GET', 'GET /a/c', null],
  ['/a/b%2Fc', 'GET', 'GET /a/{x}', { x: 'b%2Fc' }],
  ['/a/b/', 'GET', 'GET /a/{x}', { x: 'b' }],
  ['/a/b/c', 'GET', 'ANY /{all+}', { all: 'a/b/c' }],
  ['/a//', 'GET', 'ANY /{all+}', { all: 'a/' }],
  ['/x/__proto__/y', 'GET', 'GET /x/{__proto__}/y', { ['__proto__']: '__proto__' }],
])('%s %s is served by %s', (path, verb, route, parameters) => {
  const routes = table(['GET', '/a/{x}'], ['GET', '/a/c'], ['ANY', '/{all+}'], ['GET', '/x/{__proto__}/y']);
  const match = routes.match(path, verb);
  expect(match?.method).toBe(route);
  expect(match?.pathParameters && Object.entries(match.pathParameters)).toEqual(
    parameters && Object.entries(parameters),
  );
});

test('an open greedy route does not see what a deeper exact route has matched', () => {
  const routes = table(['GET', '/a/{x}/b'], ['GET', '/a/{rest+}']);
  expect(routes.match('/a/1/b', 'GET')?.pathParameters).toEqual({ x: '1' });
  expect(routes.match('/a/1/c', 'GET')?.pathParameters).toEqual({ rest: '1/c' });
});

test('a greedy parameter needs a value', () => {
  const routes = table(['GET', '/c/{rest+}']);
  expect(['/c', '/c/', '/c//'].map((path) => routes.match(path, 'GET'))).toEqual([null, null, null]);
});

test('no path makes it throw, and a match always names a route that has the verb', () => {
  const routes = table(['GET', '/a/{x}'], ['POST', '/a/{x}/b'], ['ANY', '/c/{rest+}']);
  const piece = fc.constantFrom('a', 'b', 'c', '', '%', '%zz', '%C3%A9', '{x}', '..', 'é');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom('GET', 'POST', 'PUT'), (parts, verb) => {
      const match = routes.match(`/${parts.join('/')}`, verb);
      expect(match === null || match.method.startsWith(verb) || match.method.startsWith('ANY')).toBe(true);
    }),
  );
});
