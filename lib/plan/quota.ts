import type { PeriodAnchor, PeriodUnit } from '../domain/period';
import type { QuotaDefinition } from '../domain/plan';

/** Where quota periods start. */
export enum QuotaAnchor {
  /** At UTC midnight; weeks on Monday, months on the first. */
  CALENDAR = 'calendar',
  /** Counted from the instant at which the account got its plan; a month begun on the 31st ends on the last day of shorter ones. */
  ANNIVERSARY = 'anniversary',
}

/** Options of a quota. */
export interface QuotaOptions {
  /**
   * Where periods start.
   *
   * @default QuotaAnchor.CALENDAR
   */
  readonly anchor?: QuotaAnchor;

  /**
   * Units per period that are handed out beyond the limit and counted as overage, for a bill by use. A whole number,
   * 0 or more.
   *
   * @default 0 - the limit is hard
   */
  readonly maxOverage?: number;
}

/**
 * Units that a plan grants per period. A request takes one unit unless its route costs more.
 *
 * The authorizer counts exactly: a quota is never oversold.
 */
export class Quota {
  /** @param limit units per UTC day or per 24 hours, a whole number above 0 */
  public static perDay(limit: number, options: QuotaOptions = {}): Quota {
    return new Quota(limit, 'day', options);
  }

  /** @param limit units per seven days, a whole number above 0 */
  public static perWeek(limit: number, options: QuotaOptions = {}): Quota {
    return new Quota(limit, 'week', options);
  }

  /** @param limit units per month, a whole number above 0 */
  public static perMonth(limit: number, options: QuotaOptions = {}): Quota {
    return new Quota(limit, 'month', options);
  }

  /** Units per period. */
  public readonly limit: number;
  /** Where periods start. */
  public readonly anchor: QuotaAnchor;
  /** Units per period beyond the limit. */
  public readonly maxOverage: number;
  private readonly unit: string;

  private constructor(limit: number, unit: PeriodUnit, options: QuotaOptions) {
    this.limit = limit;
    this.unit = unit;
    this.anchor = options.anchor ?? QuotaAnchor.CALENDAR;
    this.maxOverage = options.maxOverage ?? 0;
  }

  /** @internal */
  public _render(): QuotaDefinition {
    return {
      limit: this.limit,
      period: this.unit as PeriodUnit,
      anchor: this.anchor as PeriodAnchor,
      ...(this.maxOverage > 0 && { maxOverage: this.maxOverage }),
    };
  }
}
