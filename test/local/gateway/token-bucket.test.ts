import fc from 'fast-check';
import { TokenBucket } from '../../../local/gateway/usage/token-bucket';

function pass(bucket: TokenBucket, now: number): boolean {
  const has = bucket.has(now);
  if (has) bucket.take();
  return has;
}

test('lets a burst through, then the rate', () => {
  const bucket = new TokenBucket(2, 3, 0);
  expect([0, 0, 0, 0].map((t) => pass(bucket, t))).toEqual([true, true, true, false]);
  expect(pass(bucket, 499)).toBe(false);
  expect(pass(bucket, 500)).toBe(true);
  expect(pass(bucket, 500)).toBe(false);
});

test('keeps no more than the burst', () => {
  const bucket = new TokenBucket(10, 2, 0);
  expect([1e9, 1e9, 1e9].map((t) => pass(bucket, t))).toEqual([true, true, false]);
});

test.each([
  [0, 0],
  [0, 5],
  [5, 0],
])('rate %d and burst %d let nothing through', (rate, burst) => {
  const bucket = new TokenBucket(rate, burst, 0);
  expect([0, 1000, 1e6].map((t) => pass(bucket, t))).toEqual([false, false, false]);
});

test('goes on after the clock was set back', () => {
  const bucket = new TokenBucket(1, 1, 10_000);
  expect(pass(bucket, 10_000)).toBe(true);
  expect(pass(bucket, 0)).toBe(false);
  expect(pass(bucket, 1_000)).toBe(true);
});

test('in any interval no more than burst plus rate times its length', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
      (rate, burst, gaps) => {
        const bucket = new TokenBucket(rate, burst, 0);
        let now = 0;
        const passed: number[] = [];
        for (const gap of gaps) if (pass(bucket, (now += gap))) passed.push(now);
        for (let i = 0; i < passed.length; i++)
          for (let j = i; j < passed.length; j++) {
            const seconds = ((passed[j] as number) - (passed[i] as number)) / 1000;
            expect(j - i + 1).toBeLessThanOrEqual(burst + rate * seconds + 1e-6);
          }
      },
    ),
  );
});
