import type { Catalogue } from '../domain/catalogue';
import type { ApiMethod } from './api-method';

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * What the catalogue says of a method. `partly-public`: it says public of some verbs of an `ANY` method only, which
 * API Gateway cannot express. `unknown`: its path cannot be told.
 */
export type MethodClass = 'public' | 'guarded' | 'partly-public' | 'unknown';

/** A method by what a caller sees of it. */
export type MethodName = Pick<ApiMethod, 'verb' | 'path'>;

/** @param siblings the methods of the API: verbs with a method of their own do not reach an `ANY` method */
export function classOf(
  method: ApiMethod,
  siblings: readonly MethodName[],
  catalogue: Catalogue,
): MethodClass {
  if (method.preflight) return 'public';
  const { path } = method;
  if (path === undefined) return 'unknown';
  const classes = verbsOf(method, siblings).map(
    (httpMethod) => catalogue.requirement({ httpMethod, resource: path }).routeClass,
  );
  if (classes.length > 0 && classes.every((routeClass) => routeClass === 'public')) return 'public';
  return classes.includes('public') ? 'partly-public' : 'guarded';
}

/** The verbs that reach a method. */
export function verbsOf(method: MethodName, siblings: readonly MethodName[]): string[] {
  if (method.verb !== 'ANY') return [method.verb];
  const taken = siblings.filter((sibling) => sibling.path === method.path).map((sibling) => sibling.verb);
  return VERBS.filter((verb) => !taken.includes(verb));
}
