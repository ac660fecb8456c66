import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ACCOUNT_ID_PATTERN } from '../../lib/domain/key';

/**
 * Longest that SQS holds a message back, seconds.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html
 */
const MAX_DELAY_SECONDS = 900;
/** Most messages of one request. */
const BATCH_SIZE = 10;

/** Where accounts wait for the provisioner. */
export interface AccountQueue {
  send(accountIds: readonly string[]): Promise<void>;
  /** Not before the delay is over, or sooner where it is longer than the queue can hold: coming too soon is no harm. */
  sendLater(accountId: string, delayMs: number): Promise<void>;
}

export class SqsAccountQueue implements AccountQueue {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async send(accountIds: readonly string[]): Promise<void> {
    for (let start = 0; start < accountIds.length; start += BATCH_SIZE) {
      const Entries = accountIds
        .slice(start, start + BATCH_SIZE)
        .map((accountId, index) => ({ Id: String(index), MessageBody: composeMessage(accountId) }));
      const command = new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries });
      const { Failed = [] } = await this.client.send(command);
      if (Failed.length > 0)
        throw new Error(`${Failed.length} messages were not taken: ${Failed[0]!.Message}`);
    }
  }

  async sendLater(accountId: string, delayMs: number): Promise<void> {
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: composeMessage(accountId),
        DelaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delayMs / 1000))),
      }),
    );
  }
}

export function composeMessage(accountId: string): string {
  return JSON.stringify({ accountId });
}

/** @throws Error when the text is no message of ours; it ends in the dead-letter queue */
export function parseMessage(body: string): string {
  const message = JSON.parse(body) as { accountId?: unknown } | null;
  const accountId = message?.accountId;
  if (typeof accountId !== 'string' || !ACCOUNT_ID_PATTERN.test(accountId)) {
    throw new Error('a message must be {"accountId": "..."}');
  }
  return accountId;
}
