/** Units by the day on which they were charged, in UTC; days are numbered from the epoch. */
export type DailyUnits = Readonly<Record<number, number>>;

/** The units of one day. */
export interface DayUsage {
  /** ISO 8601 date in UTC. */
  readonly date: string;
  readonly units: number;
}

const DAY_MS = 86_400_000;
/** Days that outlive the period in which they were counted, today included: a day's quota has a past, too. */
const DAYS_KEPT = 7;

/** Number of the day in UTC, from the epoch. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** ISO 8601 date of a day. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Days that an account need not hold any longer when it opens a period. */
export function daysToForget(daily: DailyUnits = {}, now: number): readonly number[] {
  return Object.keys(daily)
    .map(Number)
    .filter((day) => day <= dayOf(now) - DAYS_KEPT);
}

/** Every day from the start of the period, or from a week ago where that is earlier, to today. */
export function dailyUsage(daily: DailyUnits = {}, periodStart: number, now: number): readonly DayUsage[] {
  const today = dayOf(now);
  const first = Math.min(dayOf(periodStart), today - DAYS_KEPT + 1);
  return Array.from({ length: today - first + 1 }, (_, index) => ({
    date: dateOf(first + index),
    units: daily[first + index] ?? 0,
  }));
}
