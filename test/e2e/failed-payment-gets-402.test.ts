import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test('the caller is told why, and where to put it right', async () => {
  const reply = await quickStart.get('hello', quickStart.api.key('demopastdue'));
  expect(reply.status).toBe(402);
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(reply.json).toMatchObject({
    type: expect.stringContaining('/payment_failed'),
    status: 402,
    reason: 'payment_failed',
    account: 'demopastdue',
    plan: 'pro',
    action: 'update_payment_method',
    actionUrl: expect.stringContaining('account=demopastdue'),
    retryAt: '',
    requestId: reply.headers['x-amz-apigw-id'],
  });
});

test('an account page needs no payment', async () => {
  expect(await quickStart.get('account', quickStart.api.key('demopastdue'))).toMatchObject({ status: 200 });
});
