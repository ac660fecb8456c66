import { gunzipSync, gzipSync } from 'node:zlib';
import type { Json } from '../billing/json';
import { object, text } from '../billing/json';
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
    await this.client.send('SendMessage', { QueueUrl: this.queueUrl, MessageBody: writeFailedEvent(event) });
  }
}

/**
 * Above this the content is compressed. SQS takes 1 MiB, and numbers written like 1e20 make the event longer than the
 * 512 KiB in which it came; 256 KiB is what queues take whose limit was set before.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_PLAIN_BYTES = 200 * 1024;
const MAX_NAME = 256;
const MAX_ERROR = 2_000;
/** SQS refuses these: they are no characters of XML. Lone surrogates and control characters JSON escapes by itself. */
const NOT_IN_SQS = /[\uFFFE\uFFFF]/g;

/** The body of the message: readable for people, and never more than a queue takes. */
export function writeFailedEvent(event: FailedEvent): string {
  const { content, ...rest } = event;
  const told = {
    ...rest,
    id: rest.id.slice(0, MAX_NAME),
    type: rest.type.slice(0, MAX_NAME),
    error: rest.error.slice(0, MAX_ERROR),
  };
  const plain = escaped(JSON.stringify({ ...told, content }));
  if (Buffer.byteLength(plain) <= MAX_PLAIN_BYTES) return plain;
  return escaped(
    JSON.stringify({ ...told, compressedContent: gzipSync(JSON.stringify(content)).toString('base64') }),
  );
}

/** @returns `undefined` for what is not a message of the queue */
export function readFailedEvent(body: string): FailedEvent | undefined {
  try {
    const event = object(JSON.parse(body));
    const content = object(event?.content) ?? unpacked(text(event?.compressedContent));
    if (event === undefined || content === undefined || text(event.provider) === undefined) return undefined;
    const { provider, id, type, receivedAt, error } = event as unknown as FailedEvent;
    return { provider, id, type, receivedAt, error, content };
  } catch {
    return undefined;
  }
}

function unpacked(compressed: string | undefined): Json | undefined {
  if (compressed === undefined) return undefined;
  return object(JSON.parse(gunzipSync(Buffer.from(compressed, 'base64')).toString('utf8')));
}

function escaped(json: string): string {
  return json.replace(NOT_IN_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
