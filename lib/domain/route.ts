/**
 * `public`: no authorizer. `identified`: a credential is needed, payment is not, and no unit is taken.
 * `paid`: everything else.
 */
export type RouteClass = 'public' | 'identified' | 'paid';

/** Words of lower-case letters and digits: `keys:manage`, `reports.read`. */
export const SCOPE_PATTERN = /^[a-z][a-z0-9]*([:._-][a-z0-9]+)*$/;

/** One rule of the catalogue; the most specific rule that matches a request holds. */
export interface RouteRule {
  /** See {@link parseRoutePattern}. */
  readonly pattern: string;
  readonly routeClass: RouteClass;
  /** Scope that the key must carry; absent: none. */
  readonly scope?: string;
  /** Units that a request takes, a whole number above 0; absent: 1. Only `paid` routes take any. */
  readonly cost?: number;
}

/** A request as API Gateway matched it. */
export interface RouteRequest {
  /** Verb of the request, never `ANY`. */
  readonly httpMethod: string;
  /** Path template of the matched resource, for example `/reports/{id}`. */
  readonly resource: string;
}

export interface RoutePattern {
  /** Upper-case verb, or `*`. */
  readonly verb: string;
  /** Resource path without a trailing `/*`. */
  readonly path: string;
  /** Whether everything below the path is meant too. */
  readonly below: boolean;
}

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PATTERN = /^([A-Z]+|\*) (\/\S*)$/;

/**
 * Reads `VERB /path`: the verb is an HTTP method, `ANY` or `*`; the path is a resource's path template as API
 * Gateway knows it (`/reports/{id}`), and a final `/*` means the resource and all below it.
 *
 * @returns `undefined` when the text is not a pattern
 */
export function parseRoutePattern(text: string): RoutePattern | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const verb = match[1] === 'ANY' ? '*' : match[1]!;
  if (verb !== '*' && !VERBS.includes(verb)) return undefined;
  const below = match[2]!.endsWith('/*');
  const path = below ? match[2]!.slice(0, -2) : match[2]!;
  if (path.includes('*')) return undefined;
  return { verb, path, below };
}

export function matchesRoute(pattern: RoutePattern, request: RouteRequest): boolean {
  if (pattern.verb !== '*' && pattern.verb !== request.httpMethod) return false;
  if (!pattern.below) return request.resource === pattern.path;
  return (
    pattern.path === '' ||
    request.resource === pattern.path ||
    request.resource.startsWith(`${pattern.path}/`)
  );
}

/** Greater is more specific: an exact path before a longer prefix, then an exact verb. */
export function routeSpecificity(pattern: RoutePattern): number {
  return (pattern.below ? 0 : 1_000_000) + pattern.path.length * 2 + (pattern.verb === '*' ? 0 : 1);
}
