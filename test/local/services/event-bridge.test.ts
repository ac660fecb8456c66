import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { cron } from '../../../local/services/events/cron';
import { compilePattern } from '../../../local/services/events/pattern';
import { findingsOf, serviceTests, settled, until } from './support';

const serve = serviceTests();
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const rule = (Properties: object) => ({ Type: 'AWS::Events::Rule', Properties });
const listener = { Id: 'listener', Arn: arn('lambda', 'function:listener') };
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

const clients: { destroy(): void }[] = [];
afterAll(() => clients.forEach((client) => client.destroy()));

async function start(resources: Record<string, object>) {
  const services = await serve({
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
    Sink: queue('sink'),
    Dead: queue('dead'),
    ...resources,
  });
  const events = new EventBridgeClient(services.client);
  const sqs = new SQSClient(services.client);
  clients.push(events, sqs);
  const put = (...entries: object[]) =>
    events.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => ({
          Source: 'shop',
          DetailType: 'Paid',
          Detail: '{"total":12,"items":[{"sku":"a"},{"sku":"b"}]}',
          EventBusName: 'orders',
          ...entry,
        })),
      }),
    );
  const messages = async (name: string) => {
    const QueueUrl = `${services.endpoint}/000000000000/${name}`;
    const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    return (await sqs.send(new ReceiveMessageCommand(receive))).Messages ?? [];
  };
  return { services, put, messages };
}

const paid = {
  EventBusName: 'orders',
  EventPattern: { source: ['shop'], detail: { total: [{ numeric: ['>', 10] }] } },
};

test('an event reaches the targets of the rules that match, on its bus only', async () => {
  const { services, put, messages } = await start({
    Paid: rule({ ...paid, Targets: [listener, { Id: 'q', Arn: arn('sqs', 'sink') }] }),
    Off: rule({ ...paid, State: 'DISABLED', Targets: [listener] }),
  });
  const { Entries, FailedEntryCount } = await put({}, { Detail: '{"total":1}' }, { EventBusName: 'default' });
  expect(FailedEntryCount).toBe(0);
  await until(() => services.functions.of('listener').length > 0);
  expect(services.functions.of('listener')).toMatchObject([
    {
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'Paid',
      source: 'shop',
      account: '000000000000',
      region: 'us-east-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: [],
      detail: { total: 12 },
    },
  ]);
  expect((await messages('sink')).map(({ Body }) => JSON.parse(Body!).detail.total)).toEqual([12]);
});

test('input is a constant, a part, or a template', async () => {
  const InputTransformer = {
    InputPathsMap: { total: '$.detail.total', sku: '$.detail.items[1].sku', all: '$.detail' },
    InputTemplate:
      '{"text":"<sku> for <total>","total":<total>,"sku":<sku>,"all":<all>,"rule":"<aws.events.rule-name>"}',
  };
  const { services, put } = await start({
    Paid: rule({
      ...paid,
      Name: 'paid',
      Targets: [
        { ...listener, Input: '{"constant":true}' },
        { ...listener, InputPath: '$.detail.items' },
        { ...listener, InputTransformer },
      ],
    }),
  });
  await put({});
  await until(() => services.functions.of('listener').length === 3);
  expect(services.functions.of('listener')).toEqual([
    { constant: true },
    [{ sku: 'a' }, { sku: 'b' }],
    {
      text: 'b for 12',
      total: 12,
      sku: 'b',
      all: { total: 12, items: [{ sku: 'a' }, { sku: 'b' }] },
      rule: 'paid',
    },
  ]);
});

test('refuses entries one by one', async () => {
  const { put, services } = await start({});
  const answer = await put(
    { Detail: 'no json' },
    { Detail: '[]' },
    { Detail: `{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
    { Source: 'aws.s3' },
    { DetailType: '' },
    { Time: new Date(8.64e15), EventBusName: 'nobody' },
  );
  expect(answer.FailedEntryCount).toBe(5);
  expect(answer.Entries!.map(({ ErrorCode, EventId }) => ErrorCode ?? typeof EventId)).toEqual([
    'MalformedDetail',
    'MalformedDetail',
    'MalformedDetail',
    'NotAuthorizedForSourceException',
    'InvalidArgument',
    'string',
  ]);
  expect(services.findings).toMatchObject([{ code: 'EventBusMissing' }]);
});

test.each([
  [{ Detail: { total: 1 } }, 'SerializationException', 'Detail must be text, got a structure'],
  [
    { Detail: JSON.stringify({ text: 'x'.repeat(1_048_576) }) },
    'ValidationException',
    'Total size of the entries in the request is over the limit.',
  ],
])('refuses %#, and puts none of what is sent with it', async (entry, name, message) => {
  const { put, services } = await start({ Paid: rule({ ...paid, Targets: [listener] }) });
  await expect(put({}, entry)).rejects.toMatchObject({ name, message });
  await settled();
  expect(services.functions.events).toEqual([]);
});

test('refuses a time that is none', async () => {
  const { services } = await start({});
  const entry = { Source: 'shop', DetailType: 'Paid', Detail: '{}', Time: 1e18 };
  const response = await fetch(services.endpoint, {
    method: 'POST',
    headers: { 'X-Amz-Target': 'AWSEvents.PutEvents' },
    body: JSON.stringify({ Entries: [entry, { ...entry, Time: 1e9 }] }),
  });
  expect(await response.json()).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'InvalidArgument' }, { EventId: expect.any(String) }],
  });
});

test('a failing function is tried three times, then its dead-letter queue has the event', async () => {
  const { services, put, messages } = await start({
    Paid: rule({ ...paid, Targets: [listener] }),
    Listener: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'listener', DeadLetterConfig: { TargetArn: arn('sqs', 'dead') } },
    },
  });
  services.functions.answer = () => {
    throw new Error('boom');
  };
  await put({});
  for (const [attempt, waitMs] of [60_000, 120_000, 0].entries()) {
    await until(() => services.functions.of('listener').length === attempt + 1);
    await settled();
    services.clock.advance(waitMs);
  }
  expect(await messages('dead')).toMatchObject([
    { MessageAttributes: { ErrorMessage: { StringValue: 'boom' }, RequestID: {} } },
  ]);
});

const notJson = { ...listener, InputTransformer: { InputPathsMap: {}, InputTemplate: 'it was paid' } };

test.each([
  ['is gone', { Id: 'x', Arn: arn('sqs', 'gone') }, 'NO_RESOURCE', 'The target does not exist.'],
  ['would get no JSON', notJson, 'INVALID_JSON', 'The input of the target is not JSON.'],
])('an event whose target %s goes to the dead letters of the target', async (_, target, code, message) => {
  const Targets = [{ ...target, DeadLetterConfig: { Arn: arn('sqs', 'dead') } }];
  const { put, messages, services } = await start({ Paid: rule({ ...paid, Targets }) });
  await put({}, {});
  await settled();
  const attributes = { ERROR_CODE: { StringValue: code }, ERROR_MESSAGE: { StringValue: message } };
  expect(await messages('dead')).toMatchObject([
    { MessageAttributes: attributes },
    { MessageAttributes: attributes },
  ]);
  expect(services.functions.events).toEqual([]);
  expect(services.findings).toEqual([
    {
      severity: 'notice',
      code: 'EventNotDelivered',
      message: `an event does not get to ${target.Arn}: ${message}`,
      path: expect.stringMatching(/Paid$/),
    },
  ]);
});

test('refuses a constant input that is not JSON, as the service does', async () => {
  const wrong = rule({ ...paid, Targets: [{ ...listener, Input: 'paid' }] });
  expect(await findingsOf({ Wrong: wrong })).toMatchObject([
    { severity: 'error', message: expect.stringMatching(/^Input of target listener is not JSON: /) },
  ]);
});

test('a schedule fires once for each due instant, and once for several that were skipped', async () => {
  const { services } = await start({
    Hourly: rule({ ScheduleExpression: 'rate(1 hour)', Targets: [listener] }),
  });
  const fired = () => services.functions.of('listener');
  services.clock.advance(3_599_000);
  await settled();
  expect(fired()).toEqual([]);
  services.clock.advance(2_000);
  await until(() => fired().length === 1);
  services.clock.advance(10 * 3_600_000);
  await until(() => fired().length === 2);
  await settled();
  expect(fired()).toHaveLength(2);
  expect(fired()[0]).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
  expect(Date.parse(fired()[1].time) - Date.parse(fired()[0].time)).toBe(10 * 3_600_000);
});

test.each([
  ['*/15 * * * ? *', '2026-01-31T23:50:00Z', '2026-02-01T00:00:00Z'],
  ['0 10 ? * MON-FRI *', '2026-01-02T10:00:00Z', '2026-01-05T10:00:00Z'],
  ['0 0 L * ? *', '2028-02-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 12 ? * 6L *', '2026-01-01T00:00:00Z', '2026-01-30T12:00:00Z'],
  ['0 12 ? * TUE#2 *', '2026-01-01T00:00:00Z', '2026-01-13T12:00:00Z'],
  ['0 9 15W * ? *', '2026-02-01T00:00:00Z', '2026-02-16T09:00:00Z'],
  ['0 9 1W AUG ? *', '2026-01-01T00:00:00Z', '2026-08-03T09:00:00Z'],
  ['5/20 22-1 1 1,7 ? 2026-2027', '2026-07-01T01:50:00Z', '2026-07-01T22:05:00Z'],
])('cron(%s) after %s is %s', (expression, after, next) => {
  expect(new Date(cron(expression)(Date.parse(after))!).toISOString()).toBe(next.replace('Z', '.000Z'));
});

test.each(['* * * * *', '* * * * * *', '0 25 * * ? *', '0 0 ? * 8 *'])('cron(%s) is none', (expression) => {
  expect(() => cron(expression)).toThrow(SyntaxError);
});

const EVENT = {
  source: 'shop.eu',
  detail: {
    star: '*\\x',
    long: 'a'.repeat(10_000),
    n: 5,
    tags: ['a', 'b'],
    empty: [],
    nil: null,
    o: { x: 'Yes' },
  },
};
test.each<[object, boolean]>([
  [{ source: ['shop.eu'] }, true],
  [{ source: ['x', { prefix: 'shop.' }] }, true],
  [{ source: [{ suffix: '.us' }] }, false],
  [{ source: [{ wildcard: 's*.e?' }] }, false],
  [{ source: [{ wildcard: 's*.eu' }] }, true],
  [{ source: [{ wildcard: '*' }] }, true],
  [{ source: [{ wildcard: '*o*.*' }] }, true],
  [{ source: [{ wildcard: 'shop.eu*shop.eu' }] }, false],
  [{ source: [{ wildcard: 'shop.*.eu' }] }, false],
  [{ source: [{ wildcard: 'shop.eu' }] }, true],
  [{ source: [{ wildcard: 'shop' }] }, false],
  [{ detail: { star: [{ wildcard: '\\*\\\\*' }] } }, true],
  [{ detail: { long: [{ wildcard: '*a*a*a*a*a*a*a*a*a*b' }] } }, false],
  [{ source: [{ 'anything-but': ['shop.eu'] }] }, false],
  [{ source: [{ 'anything-but': { prefix: 'bank' } }] }, true],
  [{ detail: { n: [{ numeric: ['>=', 5, '<', 6] }] } }, true],
  [{ detail: { n: ['5'] } }, false],
  [{ detail: { tags: ['b'] } }, true],
  [{ detail: { empty: [{ exists: false }] } }, true],
  [{ detail: { nil: [null] } }, true],
  [{ detail: { absent: [{ exists: false }] } }, true],
  [{ detail: { absent: [{ 'anything-but': 'x' }] } }, false],
  [{ detail: { o: [{ exists: true }] } }, false],
  [{ detail: { o: { x: [{ 'equals-ignore-case': 'YES' }] } } }, true],
  [{ detail: { $or: [{ n: [1] }, { o: { x: ['Yes'] } }] } }, true],
  [{ detail: { $or: [{ n: [1] }, { n: [2] }] } }, false],
  [{ toString: [{ exists: true }] }, false],
])('the pattern %j', (pattern, matches) => {
  expect(compilePattern(pattern)(EVENT)).toBe(matches);
});

test.each([
  [{ a: 'text' }],
  [{ a: [] }],
  [{ a: [{ cidr: '10.0.0.0/8' }] }],
  [{ a: [{ numeric: ['>', 'x'] }] }],
  [[]],
])('the pattern %j is refused', (pattern) => expect(() => compilePattern(pattern)).toThrow(SyntaxError));
