import { APIGatewayClient, FlushStageAuthorizersCacheCommand } from '@aws-sdk/client-api-gateway';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { required } from '../store/variables';
import { createFlusher } from './handler';

const restApiId = required(process.env, 'REST_API_ID');
const stageName = required(process.env, 'STAGE_NAME');
const QueueUrl = required(process.env, 'QUEUE_URL');
const gateway = new APIGatewayClient();
const sqs = new SQSClient();

export const handler = createFlusher({
  flush: async () => {
    await gateway.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
  },
  sendLater: async (MessageBody, DelaySeconds) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
  },
  log: (line) => void process.stdout.write(`${line}\n`),
});
