import type { Plan } from '../plan/plan';
import type { Route } from '../route/route';
import type { ActionUrls } from './action-urls';

/** What is on sale: written at synth to a file beside the authorizer's code. */
export interface CatalogueOptions {
  /** The plans, cheapest first: an upgrade is suggested in this order. At least one. */
  readonly plans: Plan[];

  /**
   * What routes ask of their callers, by pattern: `GET /reports/{id}`, `ANY /reports`, or `* /reports/*` for the
   * resource and everything below. The most specific pattern holds. Paths are those of the API's resources.
   *
   * @default - every route is `Route.paid()`
   */
  readonly routes?: { [pattern: string]: Route };

  /**
   * First part of every API key, so that a leaked one can be recognised. Lower-case words joined by `_`, at most
   * 32 characters.
   *
   * @default 'pw'
   */
  readonly keyPrefix?: string;

  /**
   * Links for the `actionUrl` of a 402.
   *
   * @default - signed links to the payment pages of a `StripeCheckout`; without one, a 402 names the action without a
   * link, and synth warns
   */
  readonly actionUrls?: ActionUrls;

  /**
   * Absolute URI of the pages of the reasons, the `type` of a problem: `{reason}` in it is replaced by the name of the
   * reason; without, the name is appended.
   *
   * @default - the pages of this project
   */
  readonly problemTypeBase?: string;
}
