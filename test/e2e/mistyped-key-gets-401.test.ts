import { mistype } from '../../cli/quickstart/cases';
import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test.each<[string, (key: string) => string]>([
  ['one character is wrong', mistype],
  ['the end is missing', (key) => key.slice(0, -1)],
  ['the account is another', (key) => key.replace('demoactive', 'demonone')],
  ['it is nothing like a key', () => 'open-sesame'],
])('%s', async (_, change) => {
  const reply = await quickStart.get('hello', change(quickStart.api.key('demoactive')));
  expect(reply.status).toBe(401);
  expect(reply.json).toMatchObject({ title: 'Unauthorized', status: 401 });
});

test('a right key under another scheme', async () => {
  const authorization = `Basic ${quickStart.api.key('demoactive')}`;
  expect(await quickStart.get('hello', undefined, { headers: { authorization } })).toMatchObject({
    status: 401,
  });
});
