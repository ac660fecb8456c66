import fc from 'fast-check';
import { Catalogue } from '../../lib/domain/catalogue';
import type { RouteRule } from '../../lib/domain/route';
import { buildCatalogue, buildDefinition } from './builders';

const ROUTES: readonly RouteRule[] = [
  { pattern: 'GET /status', routeClass: 'public' },
  { pattern: 'ANY /account/*', routeClass: 'identified' },
  { pattern: 'POST /account/keys', routeClass: 'identified', scope: 'keys:manage' },
  { pattern: '* /*', routeClass: 'paid' },
  { pattern: 'GET /dear', routeClass: 'paid', cost: 5 },
  { pattern: 'ANY /dear/*', routeClass: 'paid', cost: 3, scope: 'dear' },
  { pattern: 'GET /dear/*', routeClass: 'paid', cost: 2 },
];

const REQUESTS = ['GET', 'POST', 'DELETE'].flatMap((httpMethod) =>
  ['/', '/status', '/account', '/account/keys', '/dear', '/dear/{id}', '/hello'].map((resource) => ({
    httpMethod,
    resource,
  })),
);

test.each([
  ['GET', '/status', { routeClass: 'public', cost: 0, scope: undefined }],
  ['POST', '/status', { routeClass: 'paid', cost: 1, scope: undefined }],
  ['GET', '/account', { routeClass: 'identified', cost: 0, scope: undefined }],
  ['GET', '/account/keys', { routeClass: 'identified', cost: 0, scope: undefined }],
  ['POST', '/account/keys', { routeClass: 'identified', cost: 0, scope: 'keys:manage' }],
  ['GET', '/dear', { routeClass: 'paid', cost: 5, scope: undefined }],
  ['POST', '/dear', { routeClass: 'paid', cost: 3, scope: 'dear' }],
  ['GET', '/dear/{id}', { routeClass: 'paid', cost: 2, scope: undefined }],
  ['DELETE', '/dear/{id}', { routeClass: 'paid', cost: 3, scope: 'dear' }],
  ['GET', '/anything', { routeClass: 'paid', cost: 1, scope: undefined }],
])('%s %s asks for what its most specific rule says', (httpMethod, resource, expected) => {
  const catalogue = buildCatalogue({ routes: ROUTES });
  expect(catalogue.requirement({ httpMethod, resource })).toMatchObject(expected);
});

test('a route that nothing is said about is paid, at one unit', () => {
  expect(buildCatalogue().requirement({ httpMethod: 'GET', resource: '/new' })).toEqual({
    routeClass: 'paid',
    scope: undefined,
    cost: 1,
    plans: ['pro', 'endless'],
  });
});

test('the order of the rules does not matter', () => {
  const inOrder = buildCatalogue({ routes: ROUTES });
  fc.assert(
    fc.property(fc.shuffledSubarray([...ROUTES], { minLength: ROUTES.length }), (routes) => {
      const shuffled = buildCatalogue({ routes });
      for (const request of REQUESTS)
        expect(shuffled.requirement(request)).toEqual(inOrder.requirement(request));
    }),
  );
});

test('a cost takes units on paid routes only', () => {
  const routes: RouteRule[] = [
    { pattern: 'GET /a', routeClass: 'identified', cost: 7 },
    { pattern: 'GET /b', routeClass: 'public', cost: 7 },
  ];
  const catalogue = buildCatalogue({ routes });
  expect(catalogue.requirement({ httpMethod: 'GET', resource: '/a' }).cost).toBe(0);
  expect(catalogue.requirement({ httpMethod: 'GET', resource: '/b' }).cost).toBe(0);
});

test('names the plans that hold a route, in the order of the catalogue', () => {
  const [free, pro, endless] = buildDefinition().plans;
  const plans = [endless!, { ...pro!, routes: ['* /reports/*', 'GET /hello'] }, free!];
  const catalogue = buildCatalogue({ plans });
  const plansOf = (httpMethod: string, resource: string) =>
    catalogue.requirement({ httpMethod, resource }).plans;
  expect(plansOf('GET', '/hello')).toEqual(['endless', 'pro', 'free']);
  expect(plansOf('POST', '/hello')).toEqual(['endless']);
  expect(plansOf('POST', '/reports/{id}')).toEqual(['endless', 'pro']);
});

test('a plan with an empty list of routes holds none', () => {
  const [free] = buildDefinition().plans;
  const catalogue = buildCatalogue({ plans: [{ ...free!, routes: [] }] });
  expect(catalogue.requirement({ httpMethod: 'GET', resource: '/hello' }).plans).toEqual([]);
});

test('gives the same answer again, whatever was asked between', () => {
  const catalogue = buildCatalogue({ routes: ROUTES });
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...REQUESTS)), (requests) => {
      const fresh = buildCatalogue({ routes: ROUTES });
      for (const request of requests)
        expect(catalogue.requirement(request)).toEqual(fresh.requirement(request));
    }),
  );
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', ''])('knows no plan %s', (id) => {
  expect(buildCatalogue().plan(id)).toBeUndefined();
});

test.each([
  ['a rule', { routes: [{ pattern: 'reports', routeClass: 'paid' as const }] }],
  ['a plan', { plans: [{ ...buildDefinition().plans[0]!, routes: ['reports'] }] }],
])('refuses a damaged pattern of %s', (_, overrides) => {
  expect(() => new Catalogue(buildDefinition(overrides))).toThrow(
    new RangeError("route pattern must be 'VERB /path', got 'reports'"),
  );
});
