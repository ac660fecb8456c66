import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { loadAssembly } from '../../../local/assembly';
import { checkTables, type LocalDynamoDb, startDynamoDb } from '../../../local/dynamodb';
import { callDynamoDb } from '../../../local/dynamodb/client';
import { workerFile } from '../../../local/worker-file';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

const directory = temporaryDirectory();
const open: { close(): Promise<unknown> }[] = [];
afterAll(() => Promise.all(open.map((started) => started.close())));

const KEYS = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byDue',
      KeySchema: [
        { AttributeName: 'sk', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'ownDue',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

const stacksOf = (resources: object) =>
  loadAssembly(writeTemplate(directory, { Resources: resources }, 'Data.template.json'));

async function start(
  resources: object,
  endpoint?: string,
): Promise<{ database: LocalDynamoDb; client: DynamoDBClient }> {
  const database = await startDynamoDb(await stacksOf(resources), endpoint);
  open.push(database);
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { database, client };
}

test.each(['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'])(
  'creates an %s with its indexes',
  async (Type) => {
    const { database, client } = await start({
      Orders: { Type, Properties: { TableName: 'orders', ...KEYS } },
    });
    await database.ready;
    const TableName = 'orders';
    const item = { pk: { S: 'a' }, sk: { S: 'b' }, due: { N: '5' }, more: { S: 'x' } };
    await client.send(new PutItemCommand({ TableName, Item: item }));
    const query = (IndexName: string, key: string, v: string) =>
      client.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: `${key} = :v AND due < :d`,
          ExpressionAttributeValues: { ':v': { S: v }, ':d': { N: '9' } },
        }),
      );
    expect((await query('byDue', 'sk', 'b')).Items).toEqual([
      { pk: { S: 'a' }, sk: { S: 'b' }, due: { N: '5' } },
    ]);
    expect((await query('ownDue', 'pk', 'a')).Items).toEqual([item]);
  },
);

test('lets exactly one of many conditional writes through', async () => {
  const { database, client } = await start({
    Orders: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders', ...KEYS } },
  });
  await database.ready;
  const claim = () =>
    client.send(
      new UpdateItemCommand({
        TableName: 'orders',
        Key: { pk: { S: 'a' }, sk: { S: 'b' } },
        UpdateExpression: 'SET taken = :t',
        ConditionExpression: 'attribute_not_exists(taken)',
        ExpressionAttributeValues: { ':t': { BOOL: true } },
      }),
    );
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, claim));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

const TARGET = {
  'X-Amz-Target': 'DynamoDB_20120810.PutItem',
  'Content-Type': 'application/x-amz-json-1.0',
  'X-Amz-Date': '20260101T000000Z',
  Authorization:
    'AWS4-HMAC-SHA256 Credential=a/b/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=c',
};

/** Sends the beginning of a request and hangs up, as a function does that runs past its time. */
async function hangUp(endpoint: string): Promise<void> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  const headers = Object.entries(TARGET).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST / HTTP/1.1\r\nHost: local\r\n${headers.join('')}Content-Length: 100\r\n\r\n{"Table`);
  await new Promise((resolve) => setTimeout(resolve, 30));
  socket.destroy();
}

test('keeps its tables whatever it is sent', async () => {
  const { database, client } = await start({
    Orders: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders', ...KEYS } },
  });
  await database.ready;
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  await client.send(new PutItemCommand({ TableName: 'orders', Item: Key }));
  await hangUp(database.endpoint);
  const deep = `${'{"L":['.repeat(20_000)}${']}'.repeat(20_000)}`;
  for (const body of ['null', '{"TableName":"orders","Item":{"pk":null}}', `{"Item":{"pk":${deep}}}`]) {
    const response = await fetch(database.endpoint, { method: 'POST', headers: TARGET, body });
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/"the embedded DynamoDB cannot deal with this request: .*"/);
  }
  const long = await fetch(database.endpoint, { method: 'POST', headers: TARGET, body: ' '.repeat(17e6) });
  expect(long.status).toBe(413);
  expect((await client.send(new GetItemCommand({ TableName: 'orders', Key }))).Item).toEqual(Key);
});

test('reads parentheses within parentheses at once', async () => {
  const { database, client } = await start({
    Orders: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders', ...KEYS } },
  });
  await database.ready;
  const depth = 50;
  await expect(
    client.send(
      new PutItemCommand({
        TableName: 'orders',
        Item: { pk: { S: 'a' }, sk: { S: 'b' } },
        ConditionExpression: `${'('.repeat(depth)}attribute_not_exists(pk)${' OR due = :d)'.repeat(depth)}`,
        ExpressionAttributeValues: { ':d': { N: '1' } },
      }),
    ),
  ).resolves.toBeDefined();
});

test('uses a DynamoDB that is already running, and tables that are already there', async () => {
  const first = await start({});
  const resources = {
    Orders: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'orders', ...KEYS } },
  };
  const second = await start(resources, first.database.endpoint);
  await second.database.ready;
  const third = await start(resources, first.database.endpoint);
  await third.database.ready;
  expect(third.database.endpoint).toBe(first.database.endpoint);
  const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
  await expect(first.client.send(new PutItemCommand({ TableName: 'orders', Item }))).resolves.toBeDefined();
});

test('refuses an external endpoint where nothing listens', async () => {
  const resources = { Orders: { Type: 'AWS::DynamoDB::Table', Properties: KEYS } };
  const { database } = await start(resources, 'http://127.0.0.1:1');
  await expect(database.ready).rejects.toMatchObject({ name: 'EngineError', code: 'DynamoDbUnreachable' });
});

test('refuses an endpoint that is no URL', async () => {
  await expect(start({}, 'localhost')).rejects.toMatchObject({ code: 'DynamoDbEndpointInvalid' });
});

test('a database that never answers is told of', async () => {
  let asked!: () => void;
  const waiting = new Promise<void>((resolve) => (asked = resolve));
  const silent = createServer(() => asked()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const call = callDynamoDb(endpoint, 'us-east-1', 'ListTables', {});
    await waiting;
    jest.advanceTimersByTime(30_000);
    await expect(call).rejects.toMatchObject({
      code: 'DynamoDbUnreachable',
      message: `no DynamoDB answers at ${endpoint}: no answer within 30 s`,
    });
  } finally {
    jest.useRealTimers();
    silent.closeAllConnections();
    silent.close();
  }
});

test('refuses a table that DynamoDB would refuse', async () => {
  const { database } = await start({
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { KeySchema: KEYS.KeySchema, AttributeDefinitions: [] },
    },
  });
  await expect(database.ready).rejects.toMatchObject({
    code: 'TableNotCreated',
    message: expect.stringMatching(/\[Data\/Orders\]$/),
  });
});

test('lists what tables do not do here', async () => {
  const stacks = await stacksOf({
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { ...KEYS, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } },
    },
  });
  expect(checkTables(stacks)).toMatchObject([
    { severity: 'notice', message: expect.stringMatching(/TimeToLive.*do not expire/) },
  ]);
});

test('the bundled worker runs away from node_modules', async () => {
  const copy = join(directory, 'dynamodb-worker.js');
  cpSync(workerFile('dynamodb-worker.js'), copy);
  const worker = new Worker(copy, { env: {}, execArgv: [] });
  open.push({ close: () => worker.terminate() });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const { database } = await start(
    { Orders: { Type: 'AWS::DynamoDB::Table', Properties: KEYS } },
    `http://127.0.0.1:${port}`,
  );
  await expect(database.ready).resolves.toBeUndefined();
});
