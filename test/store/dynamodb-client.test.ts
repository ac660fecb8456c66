import { toAccountItem } from '../../lambda/store/account-item';
import { DynamoDbAccountStore } from '../../lambda/store/dynamodb-account-store';
import { DynamoDbClient, type StoreFault } from '../../lambda/store/dynamodb-client';
import { IDLE_LIMIT_MS } from '../../lambda/store/idle-sockets';
import { CREDENTIALS, REGION } from '../helpers/dynamodb-targets';
import { buildAccount, clientOf, FINGERPRINT, NOW, TABLE } from './fixtures';
import { RawServer, respond, type Behaviour } from './raw-server';
import { expectedSignature } from './signature';
import { drawFromPeriod } from '../../lib/domain/quota';

const error = (type: string, more: object = {}): object => ({
  __type: `com.amazonaws.dynamodb.v20120810#${type}`,
  message: `${type} happened`,
  ...more,
});

const silence: Behaviour = () => undefined;
const closing: Behaviour = (socket) => socket.end();
const resetting: Behaviour = (socket) => socket.resetAndDestroy();
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"Attributes":';
const HALF_CHUNK = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"Attributes":';

describe('DynamoDbClient', () => {
  let server: RawServer | undefined;
  let client: DynamoDbClient | undefined;

  const send = async (behaviours: Behaviour[], timeoutMs?: number): Promise<unknown> => {
    server = await RawServer.start(...behaviours);
    client = clientOf(server.endpoint, timeoutMs);
    return client.send('UpdateItem', {});
  };

  afterEach(async () => {
    client?.close();
    await server?.close();
    client = server = undefined;
  });

  test('returns the answer', async () => {
    await expect(send([respond(200, { Attributes: { a: { S: 'ä' } } })])).resolves.toEqual({
      Attributes: { a: { S: 'ä' } },
    });
  });

  test('a refused connection was not applied', async () => {
    server = await RawServer.start(silence);
    const { endpoint } = server;
    await server.close();
    server = undefined;
    client = clientOf(endpoint);
    await expect(client.send('UpdateItem', {})).rejects.toMatchObject({
      name: 'StoreFault',
      outcome: 'not-applied',
    });
  });

  test.each([
    ['throttled', respond(400, error('ThrottlingException'))],
    ['beyond its capacity', respond(400, error('ProvisionedThroughputExceededException'))],
    ['invalid', respond(400, error('ValidationException'))],
    ['for a missing table', respond(400, error('ResourceNotFoundException'))],
    ['refused without a type', respond(403, '<html>no</html>')],
  ])('a request that is %s was not applied', async (_case, behaviour) => {
    await expect(send([behaviour])).rejects.toMatchObject({ name: 'StoreFault', outcome: 'not-applied' });
    expect(server!.requests).toHaveLength(1);
  });

  test.each<[string, Behaviour]>([
    ['the connection is reset', resetting],
    ['the connection is closed', closing],
    ['the connection is reset amid the answer', (socket) => socket.write(HALF, () => resetting(socket))],
    ['the answer is cut', (socket) => socket.end(HALF)],
    ['a chunked answer is cut', (socket) => socket.end(HALF_CHUNK)],
    ['the answer is not HTTP', (socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
    ['the answer is not JSON', respond(200, '<html>welcome</html>')],
    ['the answer is empty', respond(200, '')],
    ['the service fails', respond(500, error('InternalServerError'))],
    ['the service is unavailable, in HTML', respond(503, '<html>sorry</html>')],
    ['the service fails with null', respond(500, 'null')],
  ])('the outcome is unknown when %s', async (_case, behaviour) => {
    await expect(send([behaviour])).rejects.toMatchObject({ name: 'StoreFault', outcome: 'unknown' });
    expect(server!.requests).toHaveLength(1);
  });

  test.each<[string, Behaviour]>([
    ['no answer comes', silence],
    ['half an answer comes', (socket) => socket.write(HALF)],
  ])('the outcome is unknown when %s in time', async (_case, behaviour) => {
    await expect(send([behaviour], 50)).rejects.toMatchObject({
      outcome: 'unknown',
      message: 'DynamoDB could not be reached: no answer within 50 ms',
    });
  });

  test('a fault names the operation, the status and what the service says', async () => {
    await expect(send([respond(400, error('ThrottlingException'))])).rejects.toThrow(
      'DynamoDB UpdateItem answered 400 ThrottlingException: ThrottlingException happened',
    );
  });

  test.each([
    ['with the old item', { Item: { pk: { S: 'a' } } }, { pk: { S: 'a' } }],
    ['without the old item', {}, undefined],
  ])('a failed condition arrives %s', async (_case, more, item) => {
    const behaviour = respond(400, error('ConditionalCheckFailedException', more));
    await expect(send([behaviour])).rejects.toMatchObject({ name: 'ConditionFailed', item });
  });

  test.each([
    ['long-term credentials', CREDENTIALS],
    ['the credentials of a role', { ...CREDENTIALS, sessionToken: 'token' }],
  ])('signs as the service expects, with %s', async (_case, credentials) => {
    server = await RawServer.start(respond(200, {}));
    client = new DynamoDbClient({
      region: REGION,
      endpoint: server.endpoint,
      credentials: () => credentials,
    });
    await client.send('GetItem', { Key: 'größer als 0' });

    const { head, body } = server.requests[0]!;
    expect(body).toBe('{"Key":"größer als 0"}');
    expect(head).toContain(`/${REGION}/dynamodb/aws4_request`);
    expect(head).toMatch(/^x-amz-target: DynamoDB_20120810\.GetItem$/im);
    const signature = expectedSignature(server.requests[0]!, credentials.secretAccessKey);
    expect(head).toContain(`Signature=${signature}`);
    if ('sessionToken' in credentials) expect(head).toMatch(/SignedHeaders=[^,]*;x-amz-security-token;/);
  });

  describe('connections', () => {
    test('are kept open between requests', async () => {
      await send([respond(200, {})]);
      await client!.send('GetItem', {});
      expect(server).toMatchObject({ connections: 1, requests: { length: 2 } });
    });

    test('are opened anew when the service has closed them', async () => {
      await send([respond(200, {})]);
      await server!.dropConnections();
      await client!.send('GetItem', {});
      expect(server).toMatchObject({ connections: 2, requests: { length: 2 } });
    });

    test.each([
      ['trusted after', IDLE_LIMIT_MS, 'unknown'],
      ['opened anew after', IDLE_LIMIT_MS + 1, 'answered'],
    ])('that ended while the environment was frozen are %s %i ms', async (_case, frozenMs, outcome) => {
      const now = Date.now();
      const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
      try {
        await send([respond(200, {})]);
        clock.mockReturnValue(now + frozenMs);
        server!.resetConnections();
        const answer = client!.send('GetItem', {}).then(() => 'answered');
        expect(await answer.catch((fault: StoreFault) => fault.outcome)).toBe(outcome);
      } finally {
        clock.mockRestore();
      }
    });

    const account = buildAccount();
    const request = {
      credential: { accountId: account.accountId, fingerprint: FINGERPRINT },
      plans: ['pro'],
      now: NOW,
      draw: drawFromPeriod(1),
    };

    test('that die under a read cost one more read', async () => {
      await send([respond(200, {}), resetting, respond(200, { Item: toAccountItem(account) })]);
      await expect(new DynamoDbAccountStore(client!, TABLE).read(account.accountId)).resolves.toEqual(
        account,
      );
      expect(server!.requests).toHaveLength(3);
    });

    test('that die under two reads in a row are a fault', async () => {
      await send([respond(200, {}), resetting]);
      const read = new DynamoDbAccountStore(client!, TABLE).read(account.accountId);
      await expect(read).rejects.toMatchObject({ outcome: 'unknown' });
      expect(server!.requests).toHaveLength(3);
    });

    test('that die under a take leave it unknown, as it is never repeated', async () => {
      await send([respond(200, {}), resetting, respond(200, { Attributes: toAccountItem(account) })]);
      const taken = new DynamoDbAccountStore(client!, TABLE).take(request);
      await expect(taken).rejects.toMatchObject({ name: 'StoreFault', outcome: 'unknown' });
      expect(server!.requests).toHaveLength(2);
    });
  });
});
