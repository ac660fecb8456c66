/** Gives the first instant after another one, or undefined when there is none any more. */
export type NextInstant = (after: number) => number | undefined;

interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly date: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly lastDate: number;
}

type DayRule = (day: Day) => boolean;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;
const LAST_YEAR = 2199;
/** Every combination of date, month and weekday occurs within 28 years, but for the year 2100, which skips a leap day. */
const MAX_DAYS = 41 * 366;

function numberIn(text: string, names: readonly string[], min: number, max: number): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) throw new SyntaxError(`${text} is not between ${min} and ${max}`);
  return value;
}

/** Values of a field of numbers, names, ranges, lists and steps, in order. */
function valuesOf(field: string, min: number, max: number, names: readonly string[] = []): number[] {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from, to] = range === '*' || range === '?' ? [min, max] : bounds(range, step !== undefined);
    const by = step === undefined ? 1 : numberIn(step, [], 1, max);
    // A range of names or weekdays may run over the end: FRI-MON.
    const end = to < from ? to + (max - min + 1) : to;
    for (let value = from; value <= end; value += by) values.add(((value - min) % (max - min + 1)) + min);
  }
  return [...values].sort((a, b) => a - b);

  function bounds(range: string, open: boolean): [number, number] {
    const [first = '', last] = range.split('-');
    const from = numberIn(first, names, min, max);
    if (last !== undefined) return [from, numberIn(last, names, min, max)];
    return [from, open ? max : from];
  }
}

/** The working day nearest to a date, without leaving the month. */
function nearestWeekday(date: number, { date: today, weekday, lastDate }: Day): boolean {
  const wanted = Math.min(date, lastDate);
  const wantedWeekday = ((((weekday - 1 + wanted - today) % 7) + 7) % 7) + 1;
  if (wantedWeekday === 7) return today === (wanted > 1 ? wanted - 1 : wanted + 2);
  if (wantedWeekday === 1) return today === (wanted < lastDate ? wanted + 1 : wanted - 2);
  return today === wanted;
}

function dateRule(field: string): DayRule {
  if (field === 'L') return ({ date, lastDate }) => date === lastDate;
  if (field === 'LW') return (day) => nearestWeekday(day.lastDate, day);
  if (/^\d+W$/.test(field)) {
    const date = numberIn(field.slice(0, -1), [], 1, 31);
    return (day) => nearestWeekday(date, day);
  }
  const dates = valuesOf(field, 1, 31);
  return ({ date }) => dates.includes(date);
}

function weekdayRule(field: string): DayRule {
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last !== undefined || field === 'L') {
    const wanted = last === undefined ? 7 : numberIn(last, WEEKDAYS, 1, 7);
    return ({ weekday, date, lastDate }) => weekday === wanted && (last === undefined || date > lastDate - 7);
  }
  const [name, nth] = field.split('#');
  if (nth !== undefined) {
    const [wanted, week] = [numberIn(name!, WEEKDAYS, 1, 7), numberIn(nth, [], 1, 5)];
    return ({ weekday, date }) => weekday === wanted && Math.ceil(date / 7) === week;
  }
  const weekdays = valuesOf(field, 1, 7, WEEKDAYS);
  return ({ weekday }) => weekdays.includes(weekday);
}

function dayAt(start: number): Day {
  const at = new Date(start);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + 1];
  return {
    year,
    month,
    date: at.getUTCDate(),
    weekday: at.getUTCDay() + 1,
    lastDate: new Date(Date.UTC(year, month, 0)).getUTCDate(),
  };
}

/**
 * The instants of `minutes hours day-of-month month day-of-week year`, in UTC.
 *
 * @throws SyntaxError when the expression is none
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
 */
export function cron(expression: string): NextInstant {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) throw new SyntaxError(`a cron expression has 6 fields, got ${fields.length}`);
  const [minuteField, hourField, dateField, monthField, weekdayField, yearField] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if ((dateField === '?') === (weekdayField === '?')) {
    throw new SyntaxError('exactly one of day-of-month and day-of-week is ?');
  }
  const minutes = valuesOf(minuteField, 0, 59);
  const hours = valuesOf(hourField, 0, 23);
  const months = valuesOf(monthField, 1, 12, MONTHS);
  const years = valuesOf(yearField, 1970, LAST_YEAR);
  const fitsDay = dateField === '?' ? weekdayRule(weekdayField) : dateRule(dateField);

  return (after) => {
    let start = Math.floor(after / DAY_MS) * DAY_MS;
    for (let days = 0; days < MAX_DAYS; days++, start += DAY_MS) {
      const day = dayAt(start);
      if (!years.includes(day.year) || !months.includes(day.month) || !fitsDay(day)) continue;
      for (const hour of hours) {
        const minute = minutes.find((m) => start + (hour * 60 + m) * 60_000 > after);
        if (minute !== undefined) return start + (hour * 60 + minute) * 60_000;
      }
    }
    return undefined;
  };
}
