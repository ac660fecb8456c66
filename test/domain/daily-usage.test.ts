import fc from 'fast-check';
import { dailyUsage, dateOf, dayOf, daysToForget } from '../../lib/domain/daily-usage';
import { at, DAY, NOW } from './builders';

const TODAY = dayOf(NOW);

test.each([
  ['2028-02-12T00:00:00.000Z', '2028-02-12'],
  ['2028-02-12T23:59:59.999Z', '2028-02-12'],
  ['2028-02-29T12:00:00Z', '2028-02-29'],
])('%s is on %s', (instant, date) => expect(dateOf(dayOf(at(instant)))).toBe(date));

test('a month is shown from its first day to today, with the days on which nothing was used', () => {
  const days = dailyUsage({ [TODAY]: 5, [TODAY - 3]: 7 }, at('2028-02-01T00:00:00Z'), NOW);
  expect(days).toHaveLength(12);
  expect(days[0]).toEqual({ date: '2028-02-01', units: 0 });
  expect(days.slice(-4).map(({ units }) => units)).toEqual([7, 0, 0, 5]);
});

test('a day is shown with the week before it', () => {
  expect(dailyUsage(undefined, NOW - 3_600_000, NOW).map(({ date }) => date)).toEqual(
    [6, 7, 8, 9, 10, 11, 12].map((day) => `2028-02-${String(day).padStart(2, '0')}`),
  );
});

test('what a rollover forgets is not shown, and what is kept stays within the month and a week', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(80), { maxLength: 80 }), fc.nat(30), (ages, started) => {
      const daily = Object.fromEntries(ages.map((age) => [TODAY - age, 1]));
      const forgotten = new Set(daysToForget(daily, NOW));
      const shown = dailyUsage(daily, NOW, NOW).filter(({ units }) => units > 0);
      const kept = Object.keys(daily)
        .map(Number)
        .filter((day) => !forgotten.has(day));
      expect(shown.map(({ date }) => date)).toEqual(kept.map(dateOf));
      expect(kept.length).toBeLessThanOrEqual(7);
      // A period of a month begins with those at most.
      expect(dailyUsage(daily, NOW - started * DAY, NOW).length).toBeLessThanOrEqual(31);
    }),
  );
});
