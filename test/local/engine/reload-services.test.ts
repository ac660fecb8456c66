import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Engine, type LogLine, type ReloadOutcome, startEngine } from '../../../local';
import { settled, until } from '../services/support';
import { temporaryDirectory, writeTemplate } from '../assembly/template-file';

const DAY_MS = 86_400_000;
const directory = temporaryDirectory();
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

function functionOf(code: string): object {
  const Properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: 'r', Timeout: 30 };
  return {
    Type: 'AWS::Lambda::Function',
    Properties: { ...Properties, Code: { ZipFile: `exports.handler = ${code}` } },
  };
}

const of = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

/** @param version that every function names */
function writeVersion(version: string, secret = 'first'): string {
  return writeTemplate(directory, {
    Resources: {
      Orders: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
      Batched: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'batched', VisibilityTimeout: 3600 } },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'token', SecretString: secret } },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        },
      },
      Consumer: functionOf(
        `async ({ Records }) => console.log('${version} got', Records.length, Records[0].body);`,
      ),
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: of('Batched', 'Arn'),
          FunctionName: { Ref: 'Consumer' },
          MaximumBatchingWindowInSeconds: 60,
        },
      },
      Daily: functionOf(`async () => console.log('${version} daily');`),
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(1 day)',
          Targets: [{ Id: 'Daily', Arn: of('Daily', 'Arn') }],
        },
      },
    },
  });
}

const lines: LogLine[] = [];
const outcomes: ReloadOutcome[] = [];
let engine: Engine;
let sqs: SQSClient;
let secrets: SecretsManagerClient;
let dynamodb: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine({
    source: writeVersion('v1'),
    onLog: (line) => lines.push(line),
    onReload: (outcome) => outcomes.push(outcome),
  });
  const client = (endpoint?: string) => ({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  sqs = new SQSClient(client(engine.endpoints.sqs));
  secrets = new SecretsManagerClient(client(engine.endpoints.secrets_manager));
  dynamodb = new DynamoDBClient(client(engine.endpoints.dynamodb));
});
afterAll(async () => {
  for (const client of [sqs, secrets, dynamodb]) client.destroy();
  await engine.close();
});

async function reload(version: string, secret?: string): Promise<void> {
  writeVersion(version, secret);
  await engine.reload();
  expect(outcomes.at(-1)).toMatchObject({ kind: 'reloaded' });
}

const queueUrl = async (QueueName: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl!;
const said = (text: string) =>
  lines.filter(({ message }) => message.includes(text)).map((line) => line.message);
const secretNow = async () =>
  (await secrets.send(new GetSecretValueCommand({ SecretId: 'token' }))).SecretString;

test('messages, rows and values are there after a reload, at the same addresses', async () => {
  const before = engine.endpoints;
  const QueueUrl = await queueUrl('orders');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
  await dynamodb.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: 'kept' } } }));
  await secrets.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: 'put' }));

  await reload('v2');
  expect(engine.endpoints).toEqual(before);
  expect(await secretNow()).toBe('put');
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'things', Key: { id: { S: 'kept' } } }),
  );
  expect(Item).toEqual({ id: { S: 'kept' } });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages).toMatchObject([{ Body: 'kept' }]);
});

test('a secret whose template has changed gets that value', async () => {
  await reload('v2', 'second');
  expect(await secretNow()).toBe('second');
});

test('a message that waits for its batch goes to the new function, once', async () => {
  const QueueUrl = await queueUrl('batched');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'waits' }));
  const name = 'ApproximateNumberOfMessagesNotVisible';
  const isHeld = async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }),
    );
    return Attributes![name] === '1';
  };
  await until(isHeld);
  await reload('v3');
  await until(isHeld);
  engine.clock.advance(60_000);
  await until(() => said('got').length > 0);
  engine.clock.advance(600_000);
  await settled();
  expect(said('got')).toEqual(['v3 got 1 waits']);
});

test('a schedule goes on where it was', async () => {
  engine.clock.advance(DAY_MS);
  await until(() => said('daily').length > 0);
  await reload('v4');
  await settled();
  expect(said('daily')).toEqual(['v3 daily']);
  // Due while the assembly is being loaded: not lost, and not told to the function before.
  writeVersion('v5');
  const reloading = engine.reload();
  engine.clock.advance(DAY_MS);
  await reloading;
  await until(() => said('daily').length > 1);
  await settled();
  expect(said('daily')).toHaveLength(2);
});

test('a stack that cannot be served changes nothing of it', async () => {
  const QueueUrl = await queueUrl('orders');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'safe' }));
  writeTemplate(directory, {
    Resources: {
      Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'at(never)', Targets: [] } },
    },
  });
  await engine.reload();
  expect(outcomes.at(-1)).toMatchObject({ kind: 'kept', reason: expect.stringContaining('at(never)') });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages!.map(({ Body }) => Body)).toContain('safe');
  engine.clock.advance(DAY_MS);
  await until(() => said('daily').length > 2);
});
