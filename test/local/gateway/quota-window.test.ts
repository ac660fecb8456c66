import fc from 'fast-check';
import { periodStart, QuotaWindow } from '../../../local/gateway/usage/quota-window';

const at = (iso: string): number => Date.parse(iso);

test.each<['DAY' | 'WEEK' | 'MONTH', string, string]>([
  ['DAY', '2026-01-15T23:59:59.999Z', '2026-01-15T00:00:00Z'],
  ['DAY', '2026-01-16T00:00:00Z', '2026-01-16T00:00:00Z'],
  ['WEEK', '2026-01-17T23:59:59Z', '2026-01-11T00:00:00Z'],
  ['WEEK', '2026-01-18T00:00:00Z', '2026-01-18T00:00:00Z'],
  ['MONTH', '2024-02-29T12:00:00Z', '2024-02-01T00:00:00Z'],
  ['MONTH', '2025-12-31T23:59:59Z', '2025-12-01T00:00:00Z'],
])('%s of %s begins at %s', (period, now, start) => {
  expect(new Date(periodStart(period, at(now))).toISOString()).toBe(new Date(start).toISOString());
});

test('a period contains its instant and begins within its own length', () => {
  const longest = { DAY: 1, WEEK: 7, MONTH: 31 };
  fc.assert(
    fc.property(
      fc.constantFrom('DAY' as const, 'WEEK' as const, 'MONTH' as const),
      fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') }),
      (period, now) => {
        const start = periodStart(period, now);
        expect(start).toBeLessThanOrEqual(now);
        expect(now - start).toBeLessThan(longest[period] * 86_400_000);
        expect(periodStart(period, start)).toBe(start);
      },
    ),
  );
});

test('counts, refuses, and starts again with the next period', () => {
  const quota = new QuotaWindow(2, 'DAY', 0, at('2026-01-15T10:00:00Z'));
  const use = (iso: string): boolean => {
    const has = quota.has(at(iso));
    if (has) quota.take();
    return has;
  };
  expect(use('2026-01-15T10:00:00Z')).toBe(true);
  expect(use('2026-01-15T11:00:00Z')).toBe(true);
  expect(use('2026-01-15T23:59:59Z')).toBe(false);
  expect(use('2026-01-16T00:00:00Z')).toBe(true);
});

test('the offset is taken off the first period only', () => {
  const quota = new QuotaWindow(2, 'DAY', 2, at('2026-01-15T10:00:00Z'));
  expect(quota.has(at('2026-01-15T10:00:00Z'))).toBe(false);
  expect(quota.has(at('2026-01-16T10:00:00Z'))).toBe(true);
});
