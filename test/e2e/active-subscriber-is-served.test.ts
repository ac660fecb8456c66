import { storyWithAccounts, useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test('a paid call is answered by the backend, which knows who calls', async () => {
  const reply = await quickStart.get('hello', quickStart.api.key('demoactive'));
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({ message: 'hello', account: 'demoactive', plan: 'pro' });
});

storyWithAccounts('an identified call takes no unit, a paid call takes one', async () => {
  const { key } = await quickStart.api.accounts.create('tiny');
  const statuses: number[] = [];
  for (const path of ['account', 'account', 'account', 'hello', 'hello', 'hello', 'hello', 'account']) {
    statuses.push((await quickStart.get(path, key)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 402, 200]);
});

test('a public call needs no key', async () => {
  const reply = await quickStart.get('status');
  expect(reply.status).toBe(200);
  expect(reply.json).toEqual({ status: 'ok' });
});
