import { parseRoutePattern, SCOPE_PATTERN } from '../domain/route';
import { got, type Rules } from '../errors/rules';
import type { Route } from '../route/route';

/** Checks the patterns of one list: each parses, and none says the same as another. */
export function validatePatterns(rules: Rules, prop: string, patterns: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const pattern of patterns) {
    if (!rules.known(prop, pattern)) continue;
    const parsed = parseRoutePattern(pattern);
    if (
      !rules.check(
        parsed !== undefined,
        'RoutePatternInvalid',
        `${prop} must be patterns 'VERB /path', got ${got(pattern)}; for example 'GET /reports/{id}' or '* /reports/*'`,
      )
    ) {
      continue;
    }
    const canonical = JSON.stringify(parsed);
    const other = seen.get(canonical);
    rules.check(
      other === undefined,
      'RoutePatternDuplicate',
      `${prop} must name each route once, got ${got(other)} and ${got(pattern)}; remove one`,
    );
    seen.set(canonical, pattern);
  }
}

export function validateScope(rules: Rules, prop: string, scope: string): void {
  rules.check(
    SCOPE_PATTERN.test(scope),
    'RouteScopeInvalid',
    `${prop} must be lower-case words joined by ':', '.', '_' or '-', got ${got(scope)}; for example 'keys:manage'`,
  );
}

export function validateRoutes(rules: Rules, routes: Readonly<Record<string, Route>>): void {
  validatePatterns(rules, 'routes', Object.keys(routes));
  for (const [pattern, route] of Object.entries(routes)) validateRoute(rules, pattern, route);
}

export function validateRoute(rules: Rules, pattern: string, route: Route): void {
  const { scope, cost } = route;
  if (scope !== undefined && rules.known(`scope of route ${got(pattern)}`, scope)) {
    validateScope(rules, `scope of route ${got(pattern)}`, scope);
  }
  if (cost !== undefined && rules.known(`cost of route ${got(pattern)}`, cost)) {
    rules.check(
      Number.isSafeInteger(cost) && cost > 0,
      'RouteCostNotPositive',
      `cost of route ${got(pattern)} must be a whole number above 0, got ${cost}; use Route.identified() for a ` +
        `route that takes no unit`,
    );
  }
}
