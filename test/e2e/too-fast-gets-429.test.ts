import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test('a caller in a hurry is asked to wait, and is not asked for money', async () => {
  const key = quickStart.api.key('demofast');
  const replies = await Promise.all(Array.from({ length: 20 }, () => quickStart.get('hello', key)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 429]));

  const slowed = replies.find(({ status }) => status === 429)!;
  expect(slowed.headers['retry-after']).toMatch(/^\d+$/);
  expect(slowed.headers['cache-control']).toBe('no-store');
  expect(slowed.json).toMatchObject({ status: 429 });
});

test('others are not slowed down', async () => {
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => quickStart.get('hello', quickStart.api.key('demoactive'))),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(200));
});
