import { AwsJsonClient } from '../../lambda/billing-webhook/aws-json-client';
import { IDLE_LIMIT_MS } from '../../lambda/store/idle-sockets';
import { CREDENTIALS, REGION } from '../helpers/dynamodb-targets';
import { RawServer, respond } from '../store/raw-server';

test('connections that ended while the environment was frozen are opened anew, however many there were', async () => {
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  const server = await RawServer.start(respond(200, {}));
  const client = new AwsJsonClient({
    service: 'secretsmanager',
    target: 'secretsmanager',
    protocolVersion: '1.1',
    region: REGION,
    endpoint: server.endpoint,
    credentials: () => CREDENTIALS,
  });
  try {
    // As many as secrets are fetched at once: more than the client has attempts.
    await Promise.all(['a', 'b', 'c'].map((SecretId) => client.send('GetSecretValue', { SecretId })));
    expect(server.connections).toBe(3);
    clock.mockReturnValue(now + IDLE_LIMIT_MS + 1);
    server.resetConnections();
    await expect(client.send('GetSecretValue', { SecretId: 'a' })).resolves.toEqual({});
    expect(server.connections).toBe(4);
  } finally {
    clock.mockRestore();
    client.close();
    await server.close();
  }
});
