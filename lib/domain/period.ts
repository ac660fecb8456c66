/** Length of a quota period. */
export type PeriodUnit = 'day' | 'week' | 'month';

/**
 * Where periods start: at UTC midnight (weeks on Monday, ISO 8601; months on the first), or counted from an
 * instant of the account, its anniversary.
 */
export type PeriodAnchor = 'calendar' | 'anniversary';

/** A half-open interval: `start <= t < end`, whole milliseconds since the epoch. */
export interface Period {
  /** Unique among the periods of one unit and anchor, and made of characters that are safe in JSON and logs. */
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;
/** 1970-01-05, the first Monday of the epoch. */
const FIRST_MONDAY = 4 * DAY_MS;

/**
 * The period that holds `now`.
 *
 * @param anchorAt instant from which anniversary periods count; ignored for calendar periods
 * @throws RangeError when the period lies outside of what a `Date` can hold
 */
export function periodAt(unit: PeriodUnit, anchor: PeriodAnchor, anchorAt: number, now: number): Period {
  // Whole milliseconds: a Date cuts fractions towards zero, which before 1970 is the wrong way.
  const origin = anchor === 'anniversary' ? Math.floor(anchorAt) : unit === 'week' ? FIRST_MONDAY : 0;
  if (unit === 'month') return monthsFrom(origin, now);
  const length = unit === 'day' ? DAY_MS : 7 * DAY_MS;
  const start = origin + Math.floor((now - origin) / length) * length;
  return named(unit, start, start + length);
}

function monthsFrom(origin: number, now: number): Period {
  const from = new Date(origin);
  const at = new Date(Math.floor(now));
  // One month too many when `now` lies before the anniversary's day or hour within its month.
  let months = (at.getUTCFullYear() - from.getUTCFullYear()) * 12 + at.getUTCMonth() - from.getUTCMonth();
  if (addMonths(origin, months) > now) months -= 1;
  return named('month', addMonths(origin, months), addMonths(origin, months + 1));
}

/**
 * `months` later, clamped to the last day of a shorter month. Always counted from the origin, so that a period
 * begun on the 31st returns to the 31st after February.
 */
export function addMonths(origin: number, months: number): number {
  const from = new Date(origin);
  const first = new Date(0);
  first.setUTCFullYear(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const lastDay = new Date(0);
  lastDay.setUTCFullYear(first.getUTCFullYear(), first.getUTCMonth() + 1, 0);
  first.setUTCDate(Math.min(from.getUTCDate(), lastDay.getUTCDate()));
  return first.getTime() + (((origin % DAY_MS) + DAY_MS) % DAY_MS);
}

function named(unit: PeriodUnit, start: number, end: number): Period {
  return { id: `${unit}-${new Date(start).toISOString().replace(/[-:]|\.000/g, '')}`, start, end };
}

const PERIOD_ID = /^[a-z]+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{3})?Z$/;

/** Start of a period by its id; `undefined` for an account that has opened none. */
export function periodStart(periodId: string): number | undefined {
  const parts = PERIOD_ID.exec(periodId);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ''] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
}
