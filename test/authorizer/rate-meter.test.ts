import fc from 'fast-check';
import { RateMeter } from '../../lambda/authorizer/rate-meter';

const NOW = 1_700_000_000_050;

test.each<[string, number, number]>([
  ['at once', 0, 7],
  ['within the second', 899, 7],
  ['after a second', 1000, 0],
  ['after an hour', 3_600_000, 0],
])('seven units are counted %s', (_, later, expected) => {
  const meter = new RateMeter();
  meter.add(7, NOW);
  expect(meter.unitsLastSecond(NOW + later)).toBe(expected);
});

test('a clock that was set back forgets, and counts on', () => {
  const meter = new RateMeter();
  meter.add(7, NOW);
  meter.add(1, NOW - 60_000);
  expect(meter.unitsLastSecond(NOW - 60_000)).toBe(1);
});

test('never more than was added within a second, never less than within nine tenths of it', () => {
  const additions = fc.array(fc.record({ units: fc.nat({ max: 50 }), wait: fc.nat({ max: 400 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(additions, (steps) => {
      const meter = new RateMeter();
      const added: { at: number; units: number }[] = [];
      let now = NOW;
      for (const { units, wait } of steps) {
        now += wait;
        meter.add(units, now);
        added.push({ at: now, units });
      }
      const within = (ms: number): number =>
        added.filter(({ at }) => now - at < ms).reduce((sum, { units }) => sum + units, 0);
      expect(meter.unitsLastSecond(now)).toBeLessThanOrEqual(within(1000));
      expect(meter.unitsLastSecond(now)).toBeGreaterThanOrEqual(within(900));
    }),
  );
});
