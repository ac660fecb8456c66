import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test('the caller is told why, and where to put it right', async () => {
  const reply = await quickStart.get('hello', quickStart.api.key('demotrial'));
  expect(reply.status).toBe(402);
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(reply.json).toMatchObject({
    type: expect.stringContaining('/trial_ended'),
    status: 402,
    reason: 'trial_ended',
    account: 'demotrial',
    plan: 'pro',
    action: 'subscribe',
    actionUrl: expect.stringContaining('account=demotrial'),
    retryAt: '',
    requestId: reply.headers['x-amz-apigw-id'],
  });
});

test('an account page needs no payment', async () => {
  expect(await quickStart.get('account', quickStart.api.key('demotrial'))).toMatchObject({ status: 200 });
});
