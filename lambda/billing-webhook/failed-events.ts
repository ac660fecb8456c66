import type { Json } from '../billing/json';
import type { AwsJsonClient } from './aws-json-client';

/** An event whose signature was good and which could not be applied: a message of the dead-letter queue. */
export interface FailedEvent {
  readonly provider: string;
  readonly id: string;
  readonly type: string;
  /** ISO 8601. */
  readonly receivedAt: string;
  readonly error: string;
  /** The verified event, to be applied again. */
  readonly content: Json;
}

/** Where failed events are kept until someone has looked at them. */
export interface FailedEvents {
  keep(event: FailedEvent): Promise<void>;
}

export class SqsFailedEvents implements FailedEvents {
  constructor(
    private readonly client: Pick<AwsJsonClient, 'send'>,
    private readonly queueUrl: string,
  ) {}

  async keep(event: FailedEvent): Promise<void> {
    await this.client.send('SendMessage', { QueueUrl: this.queueUrl, MessageBody: JSON.stringify(event) });
  }
}

/** @returns `undefined` for what is not a message of the queue */
export function readFailedEvent(body: string): FailedEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const event = value as Partial<FailedEvent> | null;
  const complete =
    typeof event?.provider === 'string' && typeof event.content === 'object' && event.content !== null;
  return complete ? (event as FailedEvent) : undefined;
}
