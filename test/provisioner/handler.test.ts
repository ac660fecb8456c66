import type { SQSEvent } from 'aws-lambda';
import { composeMessage } from '../../lambda/provisioner/account-queue';
import { createHandler } from '../../lambda/provisioner/handler';
import { exhaustedLine } from '../../lambda/provisioner/provisioner-log';
import { readSettings } from '../../lambda/provisioner/settings';

const NOW = 1_000_000;

function start(answers: Readonly<Record<string, number | undefined | Error>>) {
  const provisioned: string[] = [];
  const later: [string, number][] = [];
  const lines: string[] = [];
  const handler = createHandler({
    provisioner: {
      provision: async (accountId) => {
        provisioned.push(accountId);
        const answer = answers[accountId];
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    queue: { sendLater: async (accountId, delayMs) => void later.push([accountId, delayMs]) },
    clock: () => NOW,
    log: (line) => lines.push(line),
  });
  const call = (...bodies: string[]) =>
    handler({
      Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })),
    } as unknown as SQSEvent);
  return { call, provisioned, later, lines };
}

test('accounts that are done are done, those that wait come back', async () => {
  const { call, provisioned, later } = start({ waits: NOW + 90_000 });
  expect(await call(composeMessage('done'), composeMessage('waits'))).toEqual({ batchItemFailures: [] });
  expect(provisioned).toEqual(['done', 'waits']);
  expect(later).toEqual([['waits', 90_000]]);
});

test('an account that fails is delivered again, the others are not', async () => {
  const { call, provisioned, lines } = start({ fails: new Error('TooManyRequestsException') });
  expect(await call(composeMessage('fails'), composeMessage('done'))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm0' }],
  });
  expect(provisioned).toEqual(['fails', 'done']);
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'ERROR', cause: 'TooManyRequestsException' });
});

test.each(['', 'null', '7', '{}', '{"accountId":7}', '{"accountId":"A"}', '{"accountId":"a#b"}', '{'])(
  'what is no message goes the way of the dead letters: %j',
  async (body) => {
    const { call, provisioned } = start({});
    expect(await call(body)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(provisioned).toEqual([]);
  },
);

test('a full Region is counted as a metric, and told with the account', () => {
  const line = JSON.parse(exhaustedLine('acme', 'Provisioner', NOW)) as Record<string, any>;
  expect(line).toMatchObject({ message: 'usage_keys_exhausted', accountId: 'acme', UsageKeysExhausted: 1 });
  const [directive] = line._aws.CloudWatchMetrics as [Record<string, any>];
  expect(line._aws.Timestamp).toBe(NOW);
  expect(directive.Metrics).toEqual([{ Name: 'UsageKeysExhausted', Unit: 'Count' }]);
  for (const dimension of directive.Dimensions[0] as string[]) expect(line[dimension]).toBe('Provisioner');
});

describe('settings', () => {
  const ENVIRONMENT = {
    ACCOUNT_TABLE: 'table',
    QUEUE_URL: 'https://queue',
    USAGE_KEY_SCOPE: 'scope',
    USAGE_PLANS: '{"pro":"plan-pro"}',
    ACTIVATION_WAIT_MS: '600000',
    DRAIN_MS: '300000',
  };

  test('are read from the environment', () => {
    expect(readSettings(ENVIRONMENT)).toEqual({
      tableName: 'table',
      queueUrl: 'https://queue',
      terms: { scope: 'scope', usagePlans: { pro: 'plan-pro' }, activationWaitMs: 600_000, drainMs: 300_000 },
    });
  });

  test.each(Object.keys(ENVIRONMENT))('are refused at the start without %s', (name) => {
    expect(() => readSettings({ ...ENVIRONMENT, [name]: '' })).toThrow(`variable ${name} is missing`);
  });

  test('are refused at the start with a time that is none', () => {
    expect(() => readSettings({ ...ENVIRONMENT, DRAIN_MS: '-1' })).toThrow('must be a whole number');
  });
});
