import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientFromEnvironment } from '../store/client-from-environment';
import { DynamoDbUsageKeyStore } from '../store/usage-key-store';
import { SqsAccountQueue } from './account-queue';
import { ApiGateway } from './api-gateway';
import { createHandler } from './handler';
import { PacedGateway } from './paced-gateway';
import { Provisioner } from './provisioner';
import { exhaustedLine } from './provisioner-log';
import { readSettings } from './settings';

const { tableName, queueUrl, flushQueueUrl, terms } = readSettings(process.env);
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? '';

const log = (line: string): void => void process.stdout.write(`${line}\n`);
const client = new APIGatewayClient({ maxAttempts: 1 });
const sqs = new SQSClient();
const provisioner = new Provisioner(
  {
    store: new DynamoDbUsageKeyStore(clientFromEnvironment(process.env), tableName),
    gateway: new PacedGateway(new ApiGateway(client), sleep),
    clock: Date.now,
    onExhausted: (accountId) => log(exhaustedLine(accountId, functionName, Date.now())),
  },
  terms,
);

function flushRequests(client: SQSClient, url: string): (accountId: string) => Promise<void> {
  const requests = new SqsAccountQueue(client, url);
  return (accountId) => requests.send([accountId]);
}

export const handler = createHandler({
  provisioner,
  queue: new SqsAccountQueue(sqs, queueUrl),
  ...(flushQueueUrl !== undefined && { flushCache: flushRequests(sqs, flushQueueUrl) }),
  clock: Date.now,
  log,
});
