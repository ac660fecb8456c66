import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();
/** Units a day of the plan `tiny`. */
const LIMIT = 3;

test('the units of the day are served one by one, then the caller is told when there are new ones', async () => {
  const key = quickStart.api.key('demosmall');
  let served = 0;
  let reply = await quickStart.get('hello', key);
  for (; reply.status === 200; reply = await quickStart.get('hello', key)) served += 1;

  // Against a deployed stack an earlier run may have spent some of them today.
  if (quickStart.api.deployed) expect(served).toBeLessThanOrEqual(LIMIT);
  else expect(served).toBe(LIMIT);

  const { status, reason, action, retryAt, limit, remaining } = reply.json;
  expect({ status, reason, action, limit, remaining }).toEqual({
    status: 402,
    reason: 'quota_exceeded',
    action: 'upgrade_plan',
    limit: String(LIMIT),
    remaining: '0',
  });
  const renewal = new Date(retryAt as string);
  expect(renewal.getTime()).toBeGreaterThan(Date.now());
  expect(renewal.toISOString()).toMatch(/T00:00:00.000Z$/);
});

test('a spent quota stays spent', async () => {
  const key = quickStart.api.key('demosmall');
  const replies = await Promise.all(Array.from({ length: 10 }, () => quickStart.get('hello', key)));
  expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(402));
});
