import { wait } from '../../lambda/billing-reconciler/wait';

const HOUR = 3_600_000;

afterEach(() => jest.restoreAllMocks());

test('waits for as long as it is told', async () => {
  const began = performance.now();
  await wait(30);
  // The clock counts whole milliseconds.
  expect(performance.now() - began).toBeGreaterThanOrEqual(29);
});

test('ends when the clock has been moved past the end', async () => {
  const began = performance.now();
  const waiting = wait(HOUR);
  const moved = Date.now() + HOUR;
  jest.spyOn(Date, 'now').mockReturnValue(moved);
  await waiting;
  expect(performance.now() - began).toBeLessThan(HOUR);
});

test('a clock that is set back delays nothing', async () => {
  const waiting = wait(30);
  const past = Date.now() - HOUR;
  jest.spyOn(Date, 'now').mockReturnValue(past);
  await expect(waiting).resolves.toBeUndefined();
});
