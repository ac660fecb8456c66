import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clientFromEnvironment } from '../../lambda/store/client-from-environment';

test('fails at the start without a Region', () => {
  expect(() => clientFromEnvironment({ AWS_REGION: '' })).toThrow(
    'environment variable AWS_REGION is missing',
  );
});

test.each([
  ['AWS_ENDPOINT_URL', {}],
  ['AWS_ENDPOINT_URL_DYNAMODB', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
])('calls the endpoint of %s, with the credentials of the moment', async (name, others) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.headers.authorization} ${request.headers['x-amz-security-token']}`);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env: Record<string, string> = {
    ...others,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'FIRST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'one',
    [name]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  const client = clientFromEnvironment(env);
  await client.send('ListTables', {});
  Object.assign(env, { AWS_ACCESS_KEY_ID: 'SECOND', AWS_SESSION_TOKEN: 'two' });
  await client.send('ListTables', {});
  client.close();
  server.close();
  expect(seen).toEqual([
    expect.stringMatching(/Credential=FIRST\/\d{8}\/eu-central-1\/dynamodb.* one$/),
    expect.stringMatching(/Credential=SECOND\/\d{8}\/eu-central-1\/dynamodb.* two$/),
  ]);
});
