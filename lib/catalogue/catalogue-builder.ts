import type { QuotaEnforcement } from '../authorizer/quota-enforcement';
import { validateRouteOfUsagePlan } from '../authorizer/validate-quota-enforcement';
import { Catalogue } from '../domain/catalogue';
import type { CatalogueDefinition } from '../domain/plan';
import { type RouteRule } from '../domain/route';
import { got, Rules } from '../errors/rules';
import type { Plan } from '../plan/plan';
import type { Route } from '../route/route';
import { renderActionUrls } from './render-action-urls';
import type { CatalogueOptions } from './catalogue-options';
import { DEFAULT_KEY_PREFIX, DEFAULT_PROBLEM_TYPE_BASE } from './defaults';
import { validatePatterns, validateRoute } from './validate-routes';

/** The catalogue while routes may still be added; sealed when its file is written. */
export class CatalogueBuilder {
  public readonly plans: readonly Plan[];
  private readonly routes: RouteRule[];
  private sealed = false;
  private compiled?: Catalogue;

  /** @param options checked by `validateCatalogue` */
  constructor(
    private readonly options: CatalogueOptions,
    private readonly quotaEnforcement?: QuotaEnforcement,
  ) {
    this.plans = [...options.plans];
    this.routes = Object.entries(options.routes ?? {}).map(([pattern, route]) => route._render(pattern));
  }

  /** @throws PaywallError when the route is malformed, declared already, or comes after the file was written */
  public addRoute(pattern: string, route: Route, constructPath: string): void {
    const rules = new Rules();
    rules.check(
      !this.sealed,
      'CatalogueSealed',
      `routes must be added before synthesis, got ${got(pattern)} after the catalogue was written; ` +
        `call addRoute where the construct is made`,
    );
    validatePatterns(rules, 'routes', [...this.routes.map((rule) => rule.pattern), pattern]);
    validateRoute(rules, pattern, route);
    if (this.quotaEnforcement?._byUsagePlan) validateRouteOfUsagePlan(rules, pattern, route);
    rules.enforce(constructPath);
    this.routes.push(route._render(pattern));
    this.compiled = undefined;
  }

  public get definition(): CatalogueDefinition {
    return {
      plans: this.plans.map((plan) => plan._render()),
      routes: this.routes,
      keyPrefix: this.options.keyPrefix ?? DEFAULT_KEY_PREFIX,
      problemTypeBase: this.options.problemTypeBase ?? DEFAULT_PROBLEM_TYPE_BASE,
      ...(this.quotaEnforcement?._byUsagePlan && { quotaEnforcement: 'usage-plan' }),
      actionUrls: renderActionUrls(this.options.actionUrls ?? {}),
    };
  }

  /** The catalogue as the function will compile it. */
  public get catalogue(): Catalogue {
    this.compiled ??= new Catalogue(this.definition);
    return this.compiled;
  }

  /** The definition for the file; from here on it does not change. */
  public seal(): CatalogueDefinition {
    this.sealed = true;
    return this.definition;
  }
}
