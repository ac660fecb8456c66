import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { readFailedEvent } from '../../lambda/billing-webhook/failed-events';
import { readSettings } from '../../lambda/billing-webhook/settings';
import { translateAwsError } from '../aws/aws-error';
import type { WebhookFunction } from '../deployment/webhook-function';
import { errors } from '../errors';

/** An event that could not be applied, as people tell it from others. */
export interface ShownEvent {
  readonly messageId: string;
  /** `null`: the message is no event of this endpoint. */
  readonly event: string | null;
  readonly type: string | null;
  readonly provider: string | null;
  /** ISO 8601. */
  readonly receivedAt: string | null;
  /** What went wrong then. */
  readonly error: string | null;
}

/** A message of the queue that nobody else receives for a while. */
export interface HeldEvent extends ShownEvent {
  readonly body: string;
  readonly receiptHandle: string;
}

const BATCH = 10;
/** Longer than one invocation of a whole batch takes, and a second try of it by the SDK. */
const HOLD_SECONDS = 120;
/** Long polling asks all servers of the queue, so that an empty answer means an empty queue. */
const WAIT_SECONDS = 1;

/** The queue of failed events and the function that applies them, on AWS or in a local engine. */
export class FailedEventsQueue {
  private constructor(
    private readonly sqs: SQSClient,
    private readonly lambda: LambdaClient,
    private readonly functionName: string,
    readonly queueUrl: string,
  ) {}

  /** Opens the queue for the length of `work`. */
  static async with<T>(webhook: WebhookFunction, work: (queue: FailedEventsQueue) => Promise<T>): Promise<T> {
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    const { LambdaClient } = await import('@aws-sdk/client-lambda');
    const { region, functionName, environment } = webhook;
    const credentials = () => webhook.credentials();
    const sqs = new SQSClient({ region, credentials, endpoint: webhook.endpoint('sqs') });
    const lambda = new LambdaClient({ region, credentials, endpoint: webhook.endpoint('lambda') });
    const { queueUrl } = readSettings(environment);
    try {
      return await work(new FailedEventsQueue(sqs, lambda, functionName, queueUrl));
    } finally {
      sqs.destroy();
      lambda.destroy();
    }
  }

  /**
   * The events in the queue, in batches; each is held back from others until it is deleted or released.
   *
   * @throws CliError `AwsUnreachable`
   */
  async *batches(): AsyncGenerator<readonly HeldEvent[]> {
    const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await ask('SQS', () =>
        this.sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: this.queueUrl,
            MaxNumberOfMessages: BATCH,
            VisibilityTimeout: HOLD_SECONDS,
            WaitTimeSeconds: WAIT_SECONDS,
          }),
        ),
      );
      // A message comes again when its time is over, or by chance: the queue delivers at least once.
      const fresh = Messages.map(held).filter(({ messageId }) => !seen.has(messageId));
      if (fresh.length === 0) return;
      for (const { messageId } of fresh) seen.add(messageId);
      yield fresh;
    }
  }

  /**
   * Hands events to the function again.
   *
   * @returns ids of the messages that it could not apply; they are to stay in the queue
   * @throws CliError `ReplayFailed` when the function itself failed
   */
  async apply(events: readonly HeldEvent[]): Promise<ReadonlySet<string>> {
    const { InvokeCommand } = await import('@aws-sdk/client-lambda');
    const Records = events.map(({ messageId, body }) => ({ messageId, body }));
    const { FunctionError, Payload } = await ask('Lambda', () =>
      this.lambda.send(
        new InvokeCommand({ FunctionName: this.functionName, Payload: JSON.stringify({ Records }) }),
      ),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw errors.replayFailed(this.functionName, text);
    const failures = failuresIn(text);
    if (failures === undefined) throw errors.replayFailed(this.functionName, text);
    return new Set(failures);
  }

  async delete({ receiptHandle }: HeldEvent): Promise<void> {
    const { DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
    const input = { QueueUrl: this.queueUrl, ReceiptHandle: receiptHandle };
    await ask('SQS', () => this.sqs.send(new DeleteMessageCommand(input)));
  }

  /** Lets others receive the event again, at once. */
  async release({ receiptHandle }: HeldEvent): Promise<void> {
    const { ChangeMessageVisibilityCommand } = await import('@aws-sdk/client-sqs');
    const input = { QueueUrl: this.queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
    await ask('SQS', () => this.sqs.send(new ChangeMessageVisibilityCommand(input)));
  }
}

function held({ MessageId = '', ReceiptHandle = '', Body = '' }: Message): HeldEvent {
  const event = readFailedEvent(Body);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    event: event?.id ?? null,
    type: event?.type ?? null,
    provider: event?.provider ?? null,
    receivedAt: event?.receivedAt ?? null,
    error: event?.error ?? null,
  };
}

/** @returns `undefined` for an answer that says nothing of failures: nothing may be deleted on its word */
function failuresIn(text: string): string[] | undefined {
  try {
    const { batchItemFailures } = JSON.parse(text) as { batchItemFailures?: { itemIdentifier: string }[] };
    return batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier);
  } catch {
    return undefined;
  }
}

async function ask<T>(service: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw translateAwsError(service, error);
  }
}
