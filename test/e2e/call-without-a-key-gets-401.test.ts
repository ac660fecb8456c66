import { useQuickStart } from '../helpers/quick-start';

const quickStart = useQuickStart();

test.each(['hello', 'account'])('%s says that a key is needed, and how to send it', async (path) => {
  const reply = await quickStart.get(path);
  expect(reply.status).toBe(401);
  expect(reply.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
  expect(reply.json).toMatchObject({
    title: 'Unauthorized',
    status: 401,
    detail: expect.stringContaining('key'),
  });
});

test('a request id is there to be quoted to the seller', async () => {
  const reply = await quickStart.get('hello');
  expect(reply.json.requestId).toBe(reply.headers['x-amz-apigw-id']);
});
