import { type Queue } from './queue';

const seconds = (ms: number) => String(ms / 1000);

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function queueAttributes(queue: Queue): Record<string, string> {
  const { settings: s } = queue;
  const { visible, hidden, delayed } = queue.counts();
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    DelaySeconds: seconds(s.delayMs),
    MaximumMessageSize: String(s.maxMessageBytes),
    MessageRetentionPeriod: seconds(s.retentionMs),
    QueueArn: s.arn,
    ReceiveMessageWaitTimeSeconds: seconds(s.receiveWaitMs),
    VisibilityTimeout: seconds(s.visibilityTimeoutMs),
    ...(s.redrive && { RedrivePolicy: JSON.stringify(s.redrive) }),
    ...(s.isFifo && { FifoQueue: 'true', ContentBasedDeduplication: String(s.contentBasedDeduplication) }),
  };
}
