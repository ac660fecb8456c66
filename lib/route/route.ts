import type { RouteClass, RouteRule } from '../domain/route';

/** Options of a route that asks for a credential. */
export interface IdentifiedRouteOptions {
  /**
   * Scope that the caller's key must carry; without it the answer is 403. `keys:manage` and `billing` are off on
   * every key unless granted, so that a leaked API key can neither mint keys nor open the billing portal.
   *
   * @default - any key of the account will do
   */
  readonly scope?: string;
}

/** Options of a route that has to be paid for. */
export interface PaidRouteOptions extends IdentifiedRouteOptions {
  /**
   * Units that one request takes from the quota. A whole number above 0.
   *
   * @default 1
   */
  readonly cost?: number;
}

/** What a route asks of its callers. Routes that nothing is said about are `Route.paid()`. */
export class Route {
  /** Open to everyone: no authorizer, no key, no unit. */
  public static public(): Route {
    return new Route('public', {});
  }

  /** A credential is needed, payment is not, and no unit is taken: account pages, usage, checkout. */
  public static identified(options: IdentifiedRouteOptions = {}): Route {
    return new Route('identified', options);
  }

  /** Subscription and quota are needed. */
  public static paid(options: PaidRouteOptions = {}): Route {
    return new Route('paid', options);
  }

  /** Scope that the key must carry; undefined: none. */
  public readonly scope?: string;
  /** Units that one request takes; undefined: one on paid routes, none on others. */
  public readonly cost?: number;
  private readonly routeClass: string;

  private constructor(routeClass: RouteClass, options: PaidRouteOptions) {
    this.routeClass = routeClass;
    this.scope = options.scope;
    this.cost = options.cost;
  }

  /** @internal */
  public _render(pattern: string): RouteRule {
    return {
      pattern,
      routeClass: this.routeClass as RouteClass,
      ...(this.scope !== undefined && { scope: this.scope }),
      ...(this.cost !== undefined && { cost: this.cost }),
    };
  }
}
