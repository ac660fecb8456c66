import type { Reply } from '../helpers/get';
import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();
const ORIGIN = 'https://app.example';

/** What a page of another origin may read, by the rules of the Fetch standard. */
function readable(reply: Reply): string[] {
  const allowed = reply.headers['access-control-allow-origin'];
  expect(['*', ORIGIN]).toContain(allowed);
  const exposed = `${reply.headers['access-control-expose-headers']}`;
  return exposed.split(',').map((name) => name.trim().toLowerCase());
}

test.each<[number, () => string | undefined]>([
  [401, () => undefined],
  [402, () => quickStart.api.key('demonone')],
])('a page reads a %d and its id', async (status, key) => {
  const reply = await quickStart.get('hello', key(), { headers: { origin: ORIGIN } });
  expect(reply.status).toBe(status);
  expect(readable(reply)).toEqual(expect.arrayContaining(['x-amzn-errortype', 'x-amz-apigw-id']));
});

test('a page reads a 429, and when to come back', async () => {
  const key = quickStart.api.key('demofast');
  const options = { headers: { origin: ORIGIN } };
  const replies = await Promise.all(Array.from({ length: 20 }, () => quickStart.get('hello', key, options)));
  const slowed = replies.find(({ status }) => status === 429);
  expect(slowed && readable(slowed)).toContain('retry-after');
});

test('a page may ask with a key: the preflight needs none', async () => {
  const reply = await quickStart.get('hello', undefined, {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  });
  expect(reply.status).toBe(204);
  expect(reply.headers['access-control-allow-headers']?.toLowerCase()).toContain('authorization');
  expect(reply.headers['access-control-allow-methods']).toContain('GET');
});
