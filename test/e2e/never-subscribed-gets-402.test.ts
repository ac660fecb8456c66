import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test('the caller is told why, and where to put it right', async () => {
  const reply = await quickStart.get('hello', quickStart.api.key('demonone'));
  expect(reply.status).toBe(402);
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(reply.json).toMatchObject({
    type: expect.stringContaining('/no_subscription'),
    status: 402,
    reason: 'no_subscription',
    account: 'demonone',
    plan: '',
    action: 'subscribe',
    actionUrl: expect.stringContaining('account=demonone'),
    retryAt: '',
    requestId: reply.headers['x-amz-apigw-id'],
  });
});

test('an account page needs no payment', async () => {
  expect(await quickStart.get('account', quickStart.api.key('demonone'))).toMatchObject({ status: 200 });
});
