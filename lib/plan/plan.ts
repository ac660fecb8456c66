import type { PlanDefinition } from '../domain/plan';
import type { Quota } from './quota';
import type { Throttle } from './throttle';

/** Options of every plan. */
export interface PlanOptions {
  /**
   * Units per period.
   *
   * @default - without limit
   */
  readonly quota?: Quota;

  /**
   * How fast one account may go. Holds per account once it has a key of its own on the plan's usage plan; until
   * then the account shares the lid of the pool.
   *
   * @default - the stage's throttle only
   */
  readonly throttle?: Throttle;

  /**
   * Routes that the plan holds, as patterns `VERB /path`: `GET /reports/{id}`, `ANY /reports`, `* /reports/*` for
   * the resource and everything below. A paid route outside them answers 402 `plan_upgrade_required`.
   *
   * @default - every route
   */
  readonly routes?: string[];
}

/** Options of a plan that costs money. */
export interface PaidPlanOptions extends PlanOptions {
  /**
   * Days of free use before the first payment. Whole days, 0 to 730.
   *
   * @default 0
   * @see https://docs.stripe.com/billing/subscriptions/trials
   */
  readonly trialDays?: number;

  /**
   * Days of access after a failed payment, counted from the start of the unpaid period. Whole days, 0 to 90.
   *
   * @default 3
   */
  readonly graceDays?: number;

  /**
   * Units of a quota period that begins before it is paid for: while the renewal is awaited, and in the grace after
   * it failed. What is missing to the whole quota is added when the payment arrives; until then there are no units beyond
   * it (`maxOverage`). A whole number, 0 or more.
   *
   * @default - the whole quota
   */
  readonly graceQuota?: number;

  /**
   * Ids of the payment provider's prices that buy this plan, for example one monthly and one yearly. A price
   * belongs to one plan.
   *
   * @default - bought by no price: accounts are put on the plan by hand
   */
  readonly priceIds?: string[];
}

const DEFAULT_GRACE_DAYS = 3;

/** What a seller offers: a name, a quota, a speed and the routes that belong to it. */
export class Plan {
  /**
   * A plan without a price.
   *
   * @param id `[a-z][a-z0-9-]{0,31}`, unique; stored with every account on the plan, so it is not to be renamed
   */
  public static free(id: string, options: PlanOptions = {}): Plan {
    return new Plan(id, true, options);
  }

  /**
   * A plan that has to be paid for.
   *
   * @param id `[a-z][a-z0-9-]{0,31}`, unique; stored with every account on the plan, so it is not to be renamed
   */
  public static paid(id: string, options: PaidPlanOptions = {}): Plan {
    return new Plan(id, false, { graceDays: DEFAULT_GRACE_DAYS, ...options });
  }

  /** Name of the plan. */
  public readonly id: string;
  /** Whether the plan has no price. */
  public readonly isFree: boolean;
  /** Units per period; undefined: without limit. */
  public readonly quota?: Quota;
  /** How fast one account may go; undefined: as fast as the stage allows. */
  public readonly throttle?: Throttle;
  /** Patterns of the routes in the plan; undefined: all of them. */
  public readonly routes?: string[];
  /** Days of free use before the first payment. */
  public readonly trialDays: number;
  /** Days of access after a failed payment. */
  public readonly graceDays: number;
  /** Units of a quota period that begins before it is paid for; undefined: the whole quota. */
  public readonly graceQuota?: number;
  /** Prices of the payment provider that buy the plan. */
  public readonly priceIds: string[];

  private constructor(id: string, isFree: boolean, options: PaidPlanOptions) {
    this.id = id;
    this.isFree = isFree;
    this.quota = options.quota;
    this.throttle = options.throttle;
    this.routes = options.routes;
    this.trialDays = options.trialDays ?? 0;
    this.graceDays = options.graceDays ?? 0;
    this.graceQuota = options.graceQuota;
    this.priceIds = options.priceIds ?? [];
  }

  /** @internal */
  public _render(): PlanDefinition {
    return {
      id: this.id,
      kind: this.isFree ? 'free' : 'paid',
      ...(this.quota && { quota: this.quota._render() }),
      ...(this.throttle && {
        throttle: { rateLimit: this.throttle.rateLimit, burstLimit: this.throttle.burstLimit },
      }),
      ...(this.routes && { routes: this.routes }),
      trialDays: this.trialDays,
      graceDays: this.graceDays,
      ...(this.graceQuota !== undefined && { graceQuota: this.graceQuota }),
      ...(this.priceIds.length > 0 && { priceIds: this.priceIds }),
    };
  }
}
