import type { PeriodAnchor, PeriodUnit } from './period';
import type { RouteRule } from './route';
import type { Action } from './reason';

/** A plan as the functions know it: plain data, in the catalogue file beside their code. */
export interface PlanDefinition {
  /** `[a-z][a-z0-9-]{0,31}` */
  readonly id: string;
  readonly kind: 'free' | 'paid';
  /** Absent: without limit. */
  readonly quota?: QuotaDefinition;
  /** How fast one account may go: API Gateway holds it, the functions only tell it. Absent: as fast as the stage allows. */
  readonly throttle?: ThrottleDefinition;
  /** Route patterns that the plan holds; absent: every route. */
  readonly routes?: readonly string[];
  /** Days of free use before the first payment. */
  readonly trialDays: number;
  /** Days of access after a failed payment, from the start of the unpaid period. */
  readonly graceDays: number;
  /** Units of a quota period that begins before it is paid for, in slack or grace; absent: the whole quota. */
  readonly graceQuota?: number;
  /** Prices of the payment provider that buy the plan; absent: none. */
  readonly priceIds?: readonly string[];
}

export interface ThrottleDefinition {
  /** Requests per second that are sustained. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
}

export interface QuotaDefinition {
  /** Units per period, a whole number above 0. */
  readonly limit: number;
  readonly period: PeriodUnit;
  readonly anchor: PeriodAnchor;
  /**
   * Units of a period that are handed out beyond the limit and counted as overage, a whole number; absent: none, the
   * limit is hard.
   */
  readonly maxOverage?: number;
}

/** Everything that the functions need to know of the seller's offer. Written at synth, read at cold start. */
export interface CatalogueDefinition {
  /** In the order of the seller, cheapest first. */
  readonly plans: readonly PlanDefinition[];
  readonly routes: readonly RouteRule[];
  readonly keyPrefix: string;
  /** Absolute URI of the reasons' pages: holds `{reason}`, or ends where the name is to follow. */
  readonly problemTypeBase: string;
  /** Who counts units: `usage-plan` is API Gateway, and the functions then count none. Absent: the authorizer, exactly. */
  readonly quotaEnforcement?: 'usage-plan';
  /** Link per action with `{account}`, `{plan}` and `{reason}`; absent: no link is given. */
  readonly actionUrls: Readonly<Partial<Record<Action, string>>>;
}
