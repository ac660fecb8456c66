import { handler } from '../../lambda/demo-backend';

const call = async (resource: string, authorizer: unknown) => {
  const result = await handler({ resource, requestContext: { authorizer } } as never);
  return { ...result, body: JSON.parse(result.body) as unknown };
};

test.each([
  [
    { account: 'demoactive', plan: 'pro', remaining: '41' },
    { account: 'demoactive', plan: 'pro', remaining: 41 },
  ],
  [
    { account: 'demonone', plan: '', remaining: '' },
    { account: 'demonone', plan: null, remaining: null },
  ],
  [undefined, { account: null, plan: null, remaining: null }],
  [null, { account: null, plan: null, remaining: null }],
])('says what the authorizer knows: %p', async (authorizer, expected) => {
  const { statusCode, headers, body } = await call('/hello', authorizer);
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({ 'Cache-Control': 'no-store', 'Access-Control-Allow-Origin': '*' });
  expect(body).toEqual({ message: 'hello', ...expected });
});

test('knows the page of the account', async () => {
  expect((await call('/account', {})).body).toMatchObject({ message: 'this is your account' });
});
