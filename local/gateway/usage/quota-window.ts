export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; weeks begin on Sunday. */
const FIRST_SUNDAY_MS = 3 * DAY_MS;

/**
 * Start of the quota period that contains `now`: calendar days, weeks from Sunday and months, in UTC. Contested
 * on AWS (AG §5, §11.7); the choice is recorded in docs/local-engine.md.
 *
 * @param now milliseconds since the epoch
 */
export function periodStart(period: QuotaPeriod, now: number): number {
  switch (period) {
    case 'DAY':
      return Math.floor(now / DAY_MS) * DAY_MS;
    case 'WEEK':
      return Math.floor((now - FIRST_SUNDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + FIRST_SUNDAY_MS;
    case 'MONTH': {
      const d = new Date(now);
      return Date.UTC(d.getUTCFullYear(), d.getUTCMonth(), 1);
    }
  }
}

/** Requests of one API key within one quota period, over all stages of the plan (AG §5). */
export class QuotaWindow {
  private used: number;
  private startedAt: number;

  /**
   * @param limit requests per period; 0 refuses all
   * @param offset requests subtracted from the first period
   * @param now milliseconds since the epoch
   */
  constructor(
    private readonly limit: number,
    private readonly period: QuotaPeriod,
    offset: number,
    now: number,
  ) {
    this.used = offset;
    this.startedAt = periodStart(period, now);
  }

  has(now: number): boolean {
    const start = periodStart(this.period, now);
    if (start !== this.startedAt) {
      this.startedAt = start;
      this.used = 0;
    }
    return this.used < this.limit;
  }

  /** Counts one request; call only after `has`. */
  take(): void {
    this.used += 1;
  }
}
