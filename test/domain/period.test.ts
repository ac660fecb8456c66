import fc from 'fast-check';
import { addMonths, periodAt, type PeriodAnchor, type PeriodUnit } from '../../lib/domain/period';
import { at, DAY } from './builders';

const units = fc.constantFrom<PeriodUnit>('day', 'week', 'month');
const anchors = fc.constantFrom<PeriodAnchor>('calendar', 'anniversary');
/** From 4000 BC to AD 9999, negative instants included. */
const instants = fc.integer({ min: -188_395_804_800_000, max: 253_402_300_799_999 });
/** Between two milliseconds. */
const fractional = instants.chain((instant) =>
  fc.double({ min: 0, max: 0.99, noNaN: true }).map((fraction) => instant + fraction),
);

const LONGEST = { day: DAY, week: 7 * DAY, month: 31 * DAY };
const SHORTEST = { day: DAY, week: 7 * DAY, month: 28 * DAY };

test('a period holds the instant that it was asked for', () => {
  fc.assert(
    fc.property(units, anchors, fractional, fractional, (unit, anchor, anchorAt, now) => {
      const { start, end } = periodAt(unit, anchor, anchorAt, now);
      expect(start).toBeLessThanOrEqual(now);
      expect(now).toBeLessThan(end);
      expect([start, end].every(Number.isInteger)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('every instant of a period is in that period', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(units, anchors, instants, instants, share, (unit, anchor, anchorAt, now, part) => {
      const period = periodAt(unit, anchor, anchorAt, now);
      const other = period.start + Math.floor(part * (period.end - period.start));
      for (const instant of [period.start, other, period.end - 1]) {
        expect(periodAt(unit, anchor, anchorAt, instant)).toEqual(period);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('periods touch: where one ends the next starts, under another id', () => {
  fc.assert(
    fc.property(units, anchors, instants, instants, (unit, anchor, anchorAt, now) => {
      const period = periodAt(unit, anchor, anchorAt, now);
      const next = periodAt(unit, anchor, anchorAt, period.end);
      const previous = periodAt(unit, anchor, anchorAt, period.start - 1);
      expect(next.start).toBe(period.end);
      expect(previous.end).toBe(period.start);
      expect(new Set([previous.id, period.id, next.id]).size).toBe(3);
    }),
    { numRuns: 2_000 },
  );
});

test('a period is as long as its unit', () => {
  fc.assert(
    fc.property(units, anchors, instants, instants, (unit, anchor, anchorAt, now) => {
      const { start, end } = periodAt(unit, anchor, anchorAt, now);
      expect(end - start).toBeGreaterThanOrEqual(SHORTEST[unit]);
      expect(end - start).toBeLessThanOrEqual(LONGEST[unit]);
    }),
    { numRuns: 2_000 },
  );
});

test('anniversary periods start at the time of day of their anchor', () => {
  fc.assert(
    fc.property(units, instants, instants, (unit, anchorAt, now) => {
      const { start } = periodAt(unit, 'anniversary', anchorAt, now);
      expect((start - anchorAt) % DAY).toBeCloseTo(0);
    }),
  );
});

test('the anchor itself starts a period', () => {
  fc.assert(
    fc.property(units, instants, (unit, anchorAt) => {
      expect(periodAt(unit, 'anniversary', anchorAt, anchorAt).start).toBe(anchorAt);
    }),
    { numRuns: 1_000 },
  );
});

test('calendar periods do not depend on the account', () => {
  fc.assert(
    fc.property(units, instants, instants, instants, (unit, one, other, now) => {
      expect(periodAt(unit, 'calendar', one, now)).toEqual(periodAt(unit, 'calendar', other, now));
    }),
  );
});

test('ids are safe in JSON, logs and expressions, and name the start', () => {
  fc.assert(
    fc.property(units, anchors, instants, instants, (unit, anchor, anchorAt, now) => {
      expect(periodAt(unit, anchor, anchorAt, now).id).toMatch(
        new RegExp(`^${unit}-[+\\d]?\\d{7,}T\\d{6}(\\.\\d{3})?Z$`),
      );
    }),
  );
  expect(periodAt('month', 'calendar', 0, at('2028-02-12T09:30:00Z')).id).toBe('month-20280201T000000Z');
});

test.each<[string, PeriodUnit, string, string, string]>([
  ['day', 'day', '2028-02-29T23:59:59.999Z', '2028-02-29', '2028-03-01'],
  ['day after a leap day', 'day', '2028-03-01T00:00:00Z', '2028-03-01', '2028-03-02'],
  ['day on which clocks change in Berlin', 'day', '2028-03-26T12:00:00Z', '2028-03-26', '2028-03-27'],
  ['day on which clocks change in New York', 'day', '2028-11-05T12:00:00Z', '2028-11-05', '2028-11-06'],
  ['last day of a year', 'day', '2027-12-31T23:00:00Z', '2027-12-31', '2028-01-01'],
  ['day before 1970', 'day', '1969-12-31T23:59:59.999Z', '1969-12-31', '1970-01-01'],
  ['week from its Monday', 'week', '2028-02-07T00:00:00Z', '2028-02-07', '2028-02-14'],
  ['week to its Sunday', 'week', '2028-02-13T23:59:59.999Z', '2028-02-07', '2028-02-14'],
  ['week across the year', 'week', '2028-01-01T12:00:00Z', '2027-12-27', '2028-01-03'],
  ['first week of the epoch', 'week', '1970-01-01T00:00:00Z', '1969-12-29', '1970-01-05'],
  ['February of a leap year', 'month', '2028-02-29T12:00:00Z', '2028-02-01', '2028-03-01'],
  ['February of a common year', 'month', '2027-02-28T23:59:59.999Z', '2027-02-01', '2027-03-01'],
  ['February of 2100, no leap year', 'month', '2100-02-28T12:00:00Z', '2100-02-01', '2100-03-01'],
  ['February of 2000, a leap year', 'month', '2000-02-29T12:00:00Z', '2000-02-01', '2000-03-01'],
  ['December', 'month', '2027-12-31T23:59:59.999Z', '2027-12-01', '2028-01-01'],
  ['first instant of a month', 'month', '2028-01-01T00:00:00Z', '2028-01-01', '2028-02-01'],
  ['month before 1970', 'month', '1969-12-31T23:59:59.999Z', '1969-12-01', '1970-01-01'],
  ['month of the year 50', 'month', '0050-06-15T00:00:00Z', '0050-06-01', '0050-07-01'],
])('calendar %s', (_, unit, now, start, end) => {
  expect(periodAt(unit, 'calendar', 0, at(now))).toMatchObject({ start: at(start), end: at(end) });
});

test.each<[string, PeriodUnit, string, string, string, string]>([
  [
    'day',
    'day',
    '2028-01-10T18:30:00Z',
    '2028-02-29T18:29:59.999Z',
    '2028-02-28T18:30Z',
    '2028-02-29T18:30Z',
  ],
  [
    'week',
    'week',
    '2028-01-05T08:00:00Z',
    '2028-02-02T07:59:59.999Z',
    '2028-01-26T08:00Z',
    '2028-02-02T08:00Z',
  ],
  [
    '29th, common year',
    'month',
    '2027-01-29T10:00Z',
    '2027-03-01T00:00Z',
    '2027-02-28T10:00Z',
    '2027-03-29T10:00Z',
  ],
  [
    '29th, leap year',
    'month',
    '2028-01-29T10:00Z',
    '2028-02-29T10:00Z',
    '2028-02-29T10:00Z',
    '2028-03-29T10:00Z',
  ],
  ['30th', 'month', '2027-01-30T10:00Z', '2027-02-28T09:59Z', '2027-01-30T10:00Z', '2027-02-28T10:00Z'],
  [
    '30th after February',
    'month',
    '2027-01-30T10:00Z',
    '2027-03-30T10:00Z',
    '2027-03-30T10:00Z',
    '2027-04-30T10:00Z',
  ],
  [
    '31st into February',
    'month',
    '2028-01-31T10:00Z',
    '2028-02-29T10:00Z',
    '2028-02-29T10:00Z',
    '2028-03-31T10:00Z',
  ],
  [
    '31st into April',
    'month',
    '2028-01-31T10:00Z',
    '2028-04-30T09:59Z',
    '2028-03-31T10:00Z',
    '2028-04-30T10:00Z',
  ],
  [
    '31st back in May',
    'month',
    '2028-01-31T10:00Z',
    '2028-05-31T09:59Z',
    '2028-04-30T10:00Z',
    '2028-05-31T10:00Z',
  ],
  [
    'year end',
    'month',
    '2027-01-15T23:59:59.999Z',
    '2028-01-01T00:00Z',
    '2027-12-15T23:59:59.999Z',
    '2028-01-15T23:59:59.999Z',
  ],
  [
    'leap day, years later',
    'month',
    '2028-02-29T12:00Z',
    '2031-02-28T12:00Z',
    '2031-02-28T12:00Z',
    '2031-03-29T12:00Z',
  ],
  [
    'before the anchor',
    'month',
    '2028-03-31T10:00Z',
    '2028-02-01T00:00Z',
    '2028-01-31T10:00Z',
    '2028-02-29T10:00Z',
  ],
  [
    'anchor before 1970',
    'month',
    '1969-12-31T23:00Z',
    '1970-03-01T00:00Z',
    '1970-02-28T23:00Z',
    '1970-03-31T23:00Z',
  ],
  [
    'anchor at the epoch',
    'month',
    '1970-01-01T00:00Z',
    '2028-02-29T00:00Z',
    '2028-02-01T00:00Z',
    '2028-03-01T00:00Z',
  ],
])('anniversary %s', (_, unit, anchorAt, now, start, end) => {
  expect(periodAt(unit, 'anniversary', at(anchorAt), at(now))).toMatchObject({
    start: at(start),
    end: at(end),
  });
});

test('a month begun on the 31st ends on the last day of each month of the year', () => {
  const origin = at('2027-12-31T06:00:00Z');
  const days = Array.from({ length: 12 }, (_, months) =>
    new Date(addMonths(origin, months + 1)).getUTCDate(),
  );
  expect(days).toEqual([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
});

test('months are counted one by one as in one step', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: -600, max: 600 }), (origin, months) => {
      const there = addMonths(origin, months);
      const [from, to] = [new Date(origin), new Date(there)];
      const apart =
        (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
      expect(apart).toBe(months);
      expect(addMonths(origin, months + 1)).toBeGreaterThan(there);
    }),
    { numRuns: 1_000 },
  );
});

test('refuses an anchor that is no instant rather than answer nonsense', () => {
  for (const anchorAt of [Number.NaN, Number.POSITIVE_INFINITY, 9e15]) {
    expect(() => periodAt('month', 'anniversary', anchorAt, 0)).toThrow(RangeError);
  }
});
