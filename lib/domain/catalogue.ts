import type { CatalogueDefinition, PlanDefinition, QuotaDefinition } from './plan';
import {
  matchesRoute,
  parseRoutePattern,
  routeSpecificity,
  type RouteClass,
  type RoutePattern,
  type RouteRequest,
  type RouteRule,
} from './route';

/** What a route asks of a caller. */
export interface RouteRequirement {
  readonly routeClass: RouteClass;
  readonly scope?: string;
  /** Units that one request takes; 0 on routes that are not `paid`. */
  readonly cost: number;
  /** Ids of the plans that hold the route, in catalogue order. */
  readonly plans: readonly string[];
}

/** The catalogue with its patterns compiled; one per function environment. */
export class Catalogue {
  private readonly plans: ReadonlyMap<string, PlanDefinition>;
  private readonly rules: readonly CompiledRule[];
  private readonly planRoutes: ReadonlyMap<string, readonly RoutePattern[]>;
  private readonly requirements = new Map<string, RouteRequirement>();

  /** @throws RangeError when a pattern is not one; synth has checked it, so the file is damaged */
  constructor(readonly definition: CatalogueDefinition) {
    this.plans = new Map(plansAsDecided(definition).map((plan) => [plan.id, plan]));
    this.rules = definition.routes
      .map((rule) => ({ ...rule, compiled: mustParse(rule.pattern) }))
      .sort((a, b) => routeSpecificity(b.compiled) - routeSpecificity(a.compiled));
    this.planRoutes = new Map(
      definition.plans.flatMap((plan) => (plan.routes ? [[plan.id, plan.routes.map(mustParse)]] : [])),
    );
  }

  /** The plan as decisions know it: without quota where usage plans of API Gateway hold the quotas. */
  plan(id: string): PlanDefinition | undefined {
    return this.plans.get(id);
  }

  /** The quota of the plan that API Gateway counts and the functions do not. */
  usagePlanQuota(id: string): QuotaDefinition | undefined {
    if (this.definition.quotaEnforcement !== 'usage-plan') return undefined;
    return this.definition.plans.find((plan) => plan.id === id)?.quota;
  }

  /** What the matched route asks for; remembered, as an API has few routes. */
  requirement(request: RouteRequest): RouteRequirement {
    const name = `${request.httpMethod} ${request.resource}`;
    let requirement = this.requirements.get(name);
    if (!requirement) {
      requirement = this.resolve(request);
      this.requirements.set(name, requirement);
    }
    return requirement;
  }

  private resolve(request: RouteRequest): RouteRequirement {
    const rule = this.rules.find((candidate) => matchesRoute(candidate.compiled, request));
    const routeClass = rule?.routeClass ?? 'paid';
    return {
      routeClass,
      scope: rule?.scope,
      cost: routeClass === 'paid' ? (rule?.cost ?? 1) : 0,
      plans: this.definition.plans.filter((plan) => this.holds(plan.id, request)).map((plan) => plan.id),
    };
  }

  private holds(planId: string, request: RouteRequest): boolean {
    const patterns = this.planRoutes.get(planId);
    return patterns === undefined || patterns.some((pattern) => matchesRoute(pattern, request));
  }
}

function plansAsDecided({ plans, quotaEnforcement }: CatalogueDefinition): readonly PlanDefinition[] {
  if (quotaEnforcement !== 'usage-plan') return plans;
  return plans.map(({ quota: _, ...plan }) => plan);
}

type CompiledRule = RouteRule & { readonly compiled: RoutePattern };

function mustParse(text: string): RoutePattern {
  const pattern = parseRoutePattern(text);
  if (!pattern) throw new RangeError(`route pattern must be 'VERB /path', got '${text}'`);
  return pattern;
}
