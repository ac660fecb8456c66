import type { Catalogue } from '../domain/catalogue';
import type { CatalogueDefinition } from '../domain/plan';
import { matchesRoute, parseRoutePattern } from '../domain/route';
import type { BrokenRule } from '../errors/broken-rule';
import { got } from '../errors/rules';
import type { ApiMethod } from './api-method';
import { verbsOf } from './method-class';

/**
 * Every pattern of the catalogue matches a method. A typing error would otherwise make a public route paid, or a paid
 * one free of its price, without a word.
 */
export function checkRoutes(catalogue: CatalogueDefinition, methods: readonly ApiMethod[]): BrokenRule[] {
  const declared = [
    ...catalogue.routes.map(({ pattern }) => ({ prop: 'routes', pattern })),
    ...catalogue.plans.flatMap((plan) =>
      (plan.routes ?? []).map((pattern) => ({ prop: `routes of plan ${got(plan.id)}`, pattern })),
    ),
  ];
  return declared
    .filter(({ pattern }) => !methods.some((method) => covers(pattern, method, methods)))
    .map(({ prop, pattern }) => ({
      code: 'RouteUnmatched',
      message: `${prop} must match a method of the API, got ${got(pattern)}; the API has ${listOf(methods)}`,
    }));
}

/**
 * Each plan that holds a route can pay for it: where one request costs more than a whole period grants, every call
 * would be a 402 that waiting does not end.
 */
export function checkCosts(catalogue: Catalogue, methods: readonly ApiMethod[]): BrokenRule[] {
  return methods.flatMap((method) => {
    const { path } = method;
    if (path === undefined || method.preflight) return [];
    const requests = verbsOf(method, methods).map((httpMethod) => ({ httpMethod, resource: path }));
    const dearest = requests.reduce((a, b) =>
      catalogue.requirement(b).cost > catalogue.requirement(a).cost ? b : a,
    );
    const { cost, plans } = catalogue.requirement(dearest);
    return plans
      .filter((id) => cost > (catalogue.plan(id)?.quota?.limit ?? Infinity))
      .map((id) => ({
        code: 'RouteCostAboveQuota',
        message:
          `cost of '${dearest.httpMethod} ${path}' must be at most the quota of each plan that holds it, got ${cost} ` +
          `with plan ${got(id)}; raise its quota, lower the cost, or leave the route out of the plan's routes`,
      }));
  });
}

function covers(text: string, method: ApiMethod, methods: readonly ApiMethod[]): boolean {
  const pattern = parseRoutePattern(text);
  const { path } = method;
  if (pattern === undefined || path === undefined || method.preflight) return false;
  return verbsOf(method, methods).some((httpMethod) => matchesRoute(pattern, { httpMethod, resource: path }));
}

function listOf(methods: readonly ApiMethod[]): string {
  const names = methods.filter((method) => !method.preflight).map(({ verb, path }) => `'${verb} ${path}'`);
  return names.length > 0 ? names.join(', ') : 'no methods';
}
