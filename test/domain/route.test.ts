import fc from 'fast-check';
import { matchesRoute, parseRoutePattern, routeSpecificity, type RoutePattern } from '../../lib/domain/route';

function mustParse(text: string): RoutePattern {
  const pattern = parseRoutePattern(text);
  if (!pattern) throw new Error(`'${text}' is no pattern`);
  return pattern;
}

describe('parseRoutePattern', () => {
  test.each([
    ['GET /', { verb: 'GET', path: '/', below: false }],
    ['GET /reports/{id}', { verb: 'GET', path: '/reports/{id}', below: false }],
    ['POST /files/{path+}', { verb: 'POST', path: '/files/{path+}', below: false }],
    ['ANY /reports', { verb: '*', path: '/reports', below: false }],
    ['* /reports', { verb: '*', path: '/reports', below: false }],
    ['DELETE /reports/*', { verb: 'DELETE', path: '/reports', below: true }],
    ['* /*', { verb: '*', path: '', below: true }],
    ['OPTIONS /a.b,c:d-e_f', { verb: 'OPTIONS', path: '/a.b,c:d-e_f', below: false }],
  ])('reads %s', (text, expected) => {
    expect(parseRoutePattern(text)).toEqual(expected);
  });

  test.each([
    [''],
    ['GET'],
    ['/reports'],
    ['GET reports'],
    ['GET  /reports'],
    [' GET /reports'],
    ['GET /reports '],
    ['GET /reports\n'],
    ['GET /with space'],
    ['get /reports'],
    ['FETCH /reports'],
    ['TRACE /reports'],
    ['ANYTHING /reports'],
    ['** /reports'],
    ['GET,POST /reports'],
    ['GET /*/reports'],
    ['GET /reports*'],
    ['GET /reports/**'],
    ['GET /reports/*/'],
    ['GET *'],
  ])("does not take '%s' for a pattern", (text) => {
    expect(parseRoutePattern(text)).toBeUndefined();
  });

  test('never throws', () => {
    const words = fc.constantFrom('GET', 'ANY', '*', ' ', '/', '/*', '{id}', 'a', '\n', '\u2028');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map((w) => w.join('')),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        parseRoutePattern(candidate);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('matchesRoute', () => {
  test.each([
    ['GET /reports', 'GET', '/reports', true],
    ['GET /reports', 'POST', '/reports', false],
    ['GET /reports', 'HEAD', '/reports', false],
    ['GET /reports', 'GET', '/reports/{id}', false],
    ['GET /reports', 'GET', '/Reports', false],
    ['ANY /reports', 'DELETE', '/reports', true],
    ['* /reports', 'OPTIONS', '/reports', true],
    ['GET /reports/{id}', 'GET', '/reports/{id}', true],
    // The template is compared, not the path: another name of the parameter is another resource.
    ['GET /reports/{id}', 'GET', '/reports/{reportId}', false],
    ['GET /reports/*', 'GET', '/reports', true],
    ['GET /reports/*', 'GET', '/reports/{id}', true],
    ['GET /reports/*', 'GET', '/reports/{id}/pages/{page}', true],
    ['GET /reports/*', 'GET', '/reports-of-others', false],
    ['GET /reports/*', 'GET', '/', false],
    ['* /*', 'GET', '/', true],
    ['* /*', 'GET', '/{proxy+}', true],
    ['GET /', 'GET', '/', true],
    ['GET /', 'GET', '/reports', false],
  ])('%s on %s %s: %s', (text, httpMethod, resource, expected) => {
    expect(matchesRoute(mustParse(text), { httpMethod, resource })).toBe(expected);
  });
});

describe('routeSpecificity', () => {
  test.each([
    ['an exact path before a prefix', 'ANY /reports', 'GET /reports/*'],
    ['an exact path before a longer prefix', '* /a', 'GET /a/*'],
    ['a longer prefix before a shorter one', '* /reports/drafts/*', 'GET /reports/*'],
    ['any prefix before everything', '* /a/*', 'GET /*'],
    ['a verb before any verb on the same path', 'GET /reports', 'ANY /reports'],
    ['a verb before any verb on the same prefix', 'GET /reports/*', '* /reports/*'],
    ['a verb before any verb on everything', 'GET /*', '* /*'],
    ['the root before everything', '* /', 'GET /*'],
  ])('puts %s', (_, specific, general) => {
    expect(routeSpecificity(mustParse(specific))).toBeGreaterThan(routeSpecificity(mustParse(general)));
  });

  test('different patterns that match one request never tie', () => {
    const segments = fc.array(fc.constantFrom('a', 'bb', '{id}', '{proxy+}'), { maxLength: 5 });
    // What can match `GET` of a path: its exact pattern, and those of it and everything above it.
    const matching = (path: readonly string[]) =>
      fc
        .tuple(fc.constantFrom('GET', 'ANY'), fc.nat(path.length), fc.boolean())
        .map(([verb, length, below]) => {
          const above = path.slice(0, length).map((segment) => `/${segment}`);
          return mustParse(below ? `${verb} ${above.join('')}/*` : `${verb} /${path.join('/')}`);
        });
    const cases = segments.chain((path) => fc.tuple(fc.constant(path), matching(path), matching(path)));
    fc.assert(
      fc.property(cases, ([path, one, other]) => {
        const request = { httpMethod: 'GET', resource: `/${path.join('/')}` };
        expect(matchesRoute(one, request) && matchesRoute(other, request)).toBe(true);
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(routeSpecificity(one) === routeSpecificity(other)).toBe(same);
      }),
      { numRuns: 1_000 },
    );
  });
});
