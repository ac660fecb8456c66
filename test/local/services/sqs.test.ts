import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { failedItems } from '../../../local/services/functions/batch-response';
import { findingsOf, type Running, serviceTests, settled, until } from './support';

const serve = serviceTests();
const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const queue = (Properties: object) => ({ Type: 'AWS::SQS::Queue', Properties });
const mapping = (Properties: object) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: 'consumer', ...Properties },
});

const QUEUES = {
  Jobs: queue({
    QueueName: 'jobs',
    VisibilityTimeout: 60,
    RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 },
  }),
  Dead: queue({ QueueName: 'dead' }),
  Ordered: queue({ QueueName: 'ordered.fifo', FifoQueue: true, ContentBasedDeduplication: true }),
};

const clients: SQSClient[] = [];
afterAll(() => clients.forEach((client) => client.destroy()));

async function start(resources: Record<string, object> = {}) {
  const services = await serve({ ...QUEUES, ...resources });
  const client = new SQSClient(services.client);
  clients.push(client);
  const url = (name: string) => `${services.endpoint}/000000000000/${name}`;
  return {
    services,
    client,
    url,
    send: (name: string, MessageBody: string, more: object = {}) =>
      client.send(new SendMessageCommand({ QueueUrl: url(name), MessageBody, ...more })),
    receive: async (name: string, more: object = {}) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: url(name),
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
        ...more,
      });
      return (await client.send(command)).Messages ?? [];
    },
  };
}

const bodies = (messages: readonly { Body?: string }[]) => messages.map(({ Body }) => Body);

describe('a queue', () => {
  test('hands a message out once until its visibility timeout is over', async () => {
    const { send, receive, services, client, url } = await start();
    // The SDK itself checks both digests.
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'é' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
    };
    await send('jobs', 'hello ✓', { MessageAttributes });
    const [message] = await receive('jobs');
    expect(message).toMatchObject({
      Body: 'hello ✓',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { StringValue: 'é' }, raw: { BinaryValue: new Uint8Array([0, 255]) } },
    });
    expect(await receive('jobs')).toEqual([]);
    services.clock.advance(60_000);
    const [again] = await receive('jobs');
    expect(again!.Attributes!.ApproximateReceiveCount).toBe('2');
    await client.send(
      new DeleteMessageCommand({ QueueUrl: url('jobs'), ReceiptHandle: again!.ReceiptHandle }),
    );
    services.clock.advance(60_000);
    expect(await receive('jobs')).toEqual([]);
  });

  test('gives up into the dead-letter queue', async () => {
    const { send, receive, services } = await start();
    await send('jobs', 'poison');
    for (let i = 0; i < 2; i++) {
      expect(await receive('jobs')).toHaveLength(1);
      services.clock.advance(60_000);
    }
    expect(await receive('jobs')).toEqual([]);
    expect(await receive('dead')).toMatchObject([
      { Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn('jobs') } },
    ]);
  });

  test('delays, and wakes a long poll when the time has come', async () => {
    const { send, receive, services } = await start();
    await send('jobs', 'later', { DelaySeconds: 900 });
    expect(await receive('jobs')).toEqual([]);
    const polling = receive('jobs', { WaitTimeSeconds: 20 });
    await settled();
    services.clock.advance(900_000);
    // The move ends the wait, too: whichever comes first, the message is there afterwards.
    const found = [...(await polling), ...(await receive('jobs'))];
    expect(bodies(found)).toEqual(['later']);
  });

  test('a long poll ends with the message that arrives', async () => {
    const { send, receive } = await start();
    const polling = receive('jobs', { WaitTimeSeconds: 20 });
    await settled();
    await send('jobs', 'now');
    expect(bodies(await polling)).toEqual(['now']);
  });

  test('visibility of zero gives the message back', async () => {
    const { send, receive, client, url } = await start();
    await send('jobs', 'again');
    const [{ ReceiptHandle } = {}] = await receive('jobs');
    const change = { QueueUrl: url('jobs'), ReceiptHandle, VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(change));
    expect(bodies(await receive('jobs'))).toEqual(['again']);
    await expect(client.send(new ChangeMessageVisibilityCommand(change))).rejects.toThrow(/not available/);
  });

  test('takes batches, counts and purges', async () => {
    const { client, url, receive } = await start();
    const QueueUrl = url('jobs');
    const Entries = [
      { Id: 'a', MessageBody: '1' },
      { Id: 'b', MessageBody: '2', DelaySeconds: 901 },
      { Id: 'c', MessageBody: '3', DelaySeconds: 60 },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful).toHaveLength(2);
    expect(sent.Failed).toMatchObject([{ Id: 'b', SenderFault: true }]);
    const counts = async () => {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const { Attributes: a } = await client.send(command);
      return [
        a!.ApproximateNumberOfMessages,
        a!.ApproximateNumberOfMessagesNotVisible,
        a!.ApproximateNumberOfMessagesDelayed,
      ];
    };
    expect(await counts()).toEqual(['1', '0', '1']);
    const [{ ReceiptHandle } = {}] = await receive('jobs');
    expect(await counts()).toEqual(['0', '1', '1']);
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ReceiptHandle }] }));
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await counts()).toEqual(['0', '0', '0']);
  });

  test('that does not exist is named as the service names it', async () => {
    const { client, send, url } = await start();
    await expect(send('nowhere', 'x')).rejects.toMatchObject({
      name: expect.stringMatching(/QueueDoesNotExist/),
    });
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));
    expect(QueueUrl).toBe(url('jobs'));
  });
});

describe('a FIFO queue', () => {
  test('keeps the order of a group, and drops repetitions for five minutes', async () => {
    const { send, receive, services, client, url } = await start();
    const inGroup = (body: string, MessageGroupId: string) => send('ordered.fifo', body, { MessageGroupId });
    await inGroup('a1', 'a');
    await inGroup('a1', 'a');
    await inGroup('a2', 'a');
    await inGroup('b1', 'b');
    const [first, ...none] = await receive('ordered.fifo', { MaxNumberOfMessages: 1 });
    expect([first!.Body, none]).toEqual(['a1', []]);
    expect(bodies(await receive('ordered.fifo'))).toEqual(['b1']);
    await client.send(
      new DeleteMessageCommand({ QueueUrl: url('ordered.fifo'), ReceiptHandle: first!.ReceiptHandle }),
    );
    expect(bodies(await receive('ordered.fifo'))).toEqual(['a2']);
    services.clock.advance(300_000);
    await inGroup('a1', 'a');
    expect(bodies(await receive('ordered.fifo')).sort()).toEqual(['a1', 'a2', 'b1']);
  });

  test('needs a group', async () => {
    const { send } = await start();
    await expect(send('ordered.fifo', 'x')).rejects.toThrow(/MessageGroupId/);
  });
});

const attribute = (name: string, value: unknown) => ({ MessageAttributes: { [name]: value } });

describe('what is no message', () => {
  let sent: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => (sent = await start()));

  test.each<[object, string, string]>([
    [{ MessageBody: { order: 1 } }, 'SerializationException', 'MessageBody must be text, got a structure'],
    [{ MessageBody: 5 }, 'SerializationException', 'MessageBody must be text, got the number 5'],
    [attribute('a', { DataType: 'String' }), 'InvalidParameterValue', "a non-empty value of type 'String'"],
    [attribute('a', { DataType: 'String', StringValue: '' }), 'InvalidParameterValue', 'a non-empty value'],
    [attribute('a', { StringValue: 'x' }), 'InvalidParameterValue', 'non-empty message attribute type'],
    [
      attribute('a', { DataType: 'Text', StringValue: 'x' }),
      'InvalidParameterValue',
      'Binary, Number, String',
    ],
    [attribute('a', { DataType: 'Number', StringValue: 'x' }), 'InvalidParameterValue', 'to a number'],
    [attribute('a', { DataType: 'Number', StringValue: 5 }), 'SerializationException', 'got the number 5'],
    [attribute('a b', { DataType: 'String', StringValue: 'x' }), 'InvalidParameterValue', "'a b' is invalid"],
    [attribute('aws.a', { DataType: 'String', StringValue: 'x' }), 'InvalidParameterValue', 'is invalid'],
    [attribute('a', null), 'InvalidParameterValue', 'non-empty message attribute type'],
  ])('%j is refused', async (more, name, text) => {
    const entry = { QueueUrl: sent.url('jobs'), MessageBody: 'x', ...more };
    const response = await fetch(sent.services.endpoint, {
      method: 'POST',
      headers: { 'X-Amz-Target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify(entry),
    });
    const { __type, message } = (await response.json()) as { __type: string; message: string };
    expect({ status: response.status, __type, message }).toEqual({
      status: 400,
      __type: name,
      message: expect.stringContaining(text),
    });
  });

  test('messages that are too long together are refused', async () => {
    const MessageBody = 'x'.repeat(600_000);
    const Entries = [
      { Id: 'a', MessageBody },
      { Id: 'b', MessageBody },
    ];
    await expect(
      sent.client.send(new SendMessageBatchCommand({ QueueUrl: sent.url('jobs'), Entries })),
    ).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
    expect(await sent.receive('jobs')).toEqual([]);
  });
});

const fedFunction = (Timeout?: number) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: 'consumer', Timeout },
});

test.each([
  [
    { Consumer: fedFunction(61) },
    'error',
    'VisibilityTimeoutTooShort',
    /^VisibilityTimeout of queue jobs must/,
  ],
  [
    {},
    'notice',
    'EventSourceNotImitated',
    /^queue jobs keeps its messages: no stack has the function consumer$/,
  ],
])('feeding %j from a queue is an %s: %s', async (functions, severity, code, message) => {
  const findings = await findingsOf({
    ...QUEUES,
    ...functions,
    Source: mapping({ EventSourceArn: arn('jobs') }),
  });
  expect(findings).toMatchObject([{ severity, code, message: expect.stringMatching(message) }]);
});

test('a function may run as long as the queue hides its messages', async () => {
  const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:consumer:live';
  const Source = mapping({ EventSourceArn: arn('jobs'), FunctionName });
  expect(await findingsOf({ ...QUEUES, Consumer: fedFunction(60), Source })).toEqual([]);
});

test('says of dead letters that no queue of the stacks takes', async () => {
  const RedrivePolicy = { deadLetterTargetArn: arn('elsewhere'), maxReceiveCount: 3 };
  const message = `RedrivePolicy: queue jobs keeps its messages, no stack has ${arn('elsewhere')}`;
  expect(await findingsOf({ Jobs: queue({ QueueName: 'jobs', RedrivePolicy }) })).toMatchObject([
    { severity: 'notice', code: 'QueuePropertyNotImitated', message },
  ]);
  expect(await findingsOf(QUEUES)).toEqual([]);
});

test('a queue in front of a function that no stack has keeps its messages', async () => {
  const { send, receive } = await start({
    Source: mapping({ EventSourceArn: arn('jobs'), FunctionName: 'elsewhere' }),
  });
  await send('jobs', 'hello');
  await settled();
  expect(bodies(await receive('jobs'))).toEqual(['hello']);
});

describe('a function behind a queue', () => {
  const handled = ({ functions }: Running) =>
    functions.of('consumer').map(({ Records }) => Records.map(({ body }: { body: string }) => body));
  const sendAll = (client: SQSClient, QueueUrl: string, texts: readonly string[]) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: texts.map((MessageBody, i) => ({ Id: `m${i}`, MessageBody })),
      }),
    );

  test('gets batches; what it fails comes again, then goes to the dead letters', async () => {
    const { services, client, url, receive } = await start({
      Source: mapping({
        EventSourceArn: arn('jobs'),
        BatchSize: 3,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      }),
    });
    services.functions.answer = (_, { Records }) => ({
      batchItemFailures: Records.filter(({ body }: { body: string }) => body === 'bad').map(
        ({ messageId }: { messageId: string }) => ({ itemIdentifier: messageId }),
      ),
    });
    await sendAll(client, url('jobs'), ['1', 'bad', '2', '3']);
    await until(() => handled(services).length === 2);
    expect(handled(services)).toEqual([['1', 'bad', '2'], ['3']]);
    services.clock.advance(60_000);
    await until(() => handled(services).length === 3);
    expect(handled(services)[2]).toEqual(['bad']);
    services.clock.advance(60_000);
    await until(async () => bodies(await receive('dead')).includes('bad'));
    expect(handled(services)).toHaveLength(3);
  });

  test('waits for the batching window', async () => {
    const window = { EventSourceArn: arn('jobs'), MaximumBatchingWindowInSeconds: 60 };
    const { services, client, url } = await start({ Source: mapping(window) });
    await sendAll(client, url('jobs'), ['1']);
    await sendAll(client, url('jobs'), ['2']);
    await settled();
    expect(handled(services)).toEqual([]);
    services.clock.advance(59_999);
    services.clock.advance(1_000);
    await until(() => handled(services).length > 0);
    expect(handled(services)).toEqual([['1', '2']]);
  });

  test('runs within its maximum concurrency', async () => {
    const scaling = { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } };
    const { services, client, url } = await start({
      Source: mapping({ EventSourceArn: arn('jobs'), ...scaling }),
    });
    let running = 0;
    let most = 0;
    const plain = services.functions.invoke.bind(services.functions);
    services.functions.invoke = async (name, event) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return plain(name, event);
    };
    await sendAll(client, url('jobs'), ['1', '2', '3', '4', '5', '6']);
    await until(() => handled(services).length === 6);
    expect(most).toBe(2);
  });

  test('gets only what its filter wants; the rest is deleted', async () => {
    const Filters = [{ Pattern: JSON.stringify({ body: { kind: ['paid'] } }) }];
    const { services, client, url, receive } = await start({
      Source: mapping({ EventSourceArn: arn('jobs'), FilterCriteria: { Filters } }),
    });
    await sendAll(client, url('jobs'), ['{"kind":"free"}', 'no json', '{"kind":"paid"}']);
    await until(() => handled(services).length === 1);
    services.clock.advance(60_000);
    await settled();
    expect(handled(services)).toEqual([['{"kind":"paid"}']]);
    expect(await receive('jobs')).toEqual([]);
  });

  test.each([
    ['null', []],
    ['{}', []],
    ['{"batchItemFailures":[]}', []],
    ['{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
    ['{"batchItemFailures":[{"itemIdentifier":""}]}', ['a', 'b']],
    ['{"batchItemFailures":[{"itemIdentifier":"c"}]}', ['a', 'b']],
    ['{"batchItemFailures":[{"id":"a"}]}', ['a', 'b']],
    ['{"batchItemFailures":7}', ['a', 'b']],
    ['no json', ['a', 'b']],
  ])('answering %s fails %j', (payload, failed) => {
    expect(failedItems(payload, ['a', 'b'])).toEqual(failed);
  });
});
