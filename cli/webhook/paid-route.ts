import { Catalogue } from '../../lib/domain/catalogue';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import type { RouteRequest } from '../../lib/domain/route';
import type { DiscoveredRoute } from '../deployment/discovery';
import { errors } from '../errors';

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * A method that costs units and that the plan holds, so that its answer tells whether the account is in: the one that
 * was asked for, else the easiest to call.
 *
 * @param routes of the API
 * @throws CliError `NoPaidRoute` or `RouteNotPaid`
 */
export function choosePaidRoute(
  routes: readonly DiscoveredRoute[],
  offer: CatalogueDefinition,
  plan: string,
  wanted: RouteRequest | undefined,
): RouteRequest {
  const catalogue = new Catalogue(offer);
  const paid = routes
    .flatMap(({ method, path }) =>
      (method === 'ANY' ? VERBS : [method]).map((httpMethod) => ({ httpMethod, resource: path })),
    )
    .filter((route) => {
      const { routeClass, plans, scope } = catalogue.requirement(route);
      return routeClass === 'paid' && plans.includes(plan) && scope === undefined;
    });
  const names = paid.map(({ httpMethod, resource }) => `${httpMethod} ${resource}`);
  if (wanted) {
    const name = `${wanted.httpMethod} ${wanted.resource}`;
    if (!names.includes(name)) throw errors.routeNotPaid(name, plan, names);
    return wanted;
  }
  const [easiest] = paid.sort((a, b) => difficulty(a) - difficulty(b));
  if (!easiest) throw errors.noPaidRoute(plan);
  return easiest;
}

/** URL to call: what a path parameter stands for does not matter to the paywall. */
export function urlOf({ resource }: RouteRequest, stageUrl: string): string {
  return new URL(resource.slice(1).replace(/\{[^}]+\}/g, 'example'), stageUrl).href;
}

function difficulty({ httpMethod, resource }: RouteRequest): number {
  return VERBS.indexOf(httpMethod) + (resource.includes('{') ? VERBS.length : 0);
}
