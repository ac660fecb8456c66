import { type Caller } from '../service';
import { md5, md5OfAttributes, type MessageAttributes } from './message-attributes';
import { type Message } from './queue';

/** Dummy credentials are those of a role. */
const SENDER_ID = 'AROALOCALENGINE000000:local';

export function systemAttributes(message: Message): Record<string, string> {
  const { sentAt, receiveCount, firstReceivedAt, groupId, deduplicationId, sequenceNumber } = message;
  const texts: Record<string, string | undefined> = {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(Math.floor(sentAt)),
    SenderId: SENDER_ID,
    ApproximateFirstReceiveTimestamp: String(Math.floor(firstReceivedAt)),
    SequenceNumber: sequenceNumber || undefined,
    MessageDeduplicationId: deduplicationId,
    MessageGroupId: groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
  const given = Object.entries(texts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given);
}

/** `All`, `.*`, a name, or the beginning of a name followed by `.*`. */
function selects(names: readonly string[], name: string): boolean {
  return names.some(
    (wanted) =>
      wanted === 'All' || wanted === name || (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
  );
}

function selected<T>(
  values: Readonly<Record<string, T>>,
  names: readonly string[],
): Record<string, T> | undefined {
  const entries = Object.entries(values).filter(([name]) => selects(names, name));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/**
 * A message as ReceiveMessage answers it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Message.html
 */
export function toReceived(
  message: Message,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): object {
  const attributes = selected(message.attributes, attributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: selected(systemAttributes(message), systemNames),
    MessageAttributes: attributes,
    MD5OfMessageAttributes: attributes && md5OfAttributes(attributes),
  };
}

/**
 * A message as a function gets it, in lower camel case.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export function toRecord(
  message: Message,
  { arn, region }: { arn: string } & Pick<Caller, 'region'>,
): object {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: recordAttributes(message.attributes),
    md5OfMessageAttributes: md5OfAttributes(message.attributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function recordAttributes(attributes: MessageAttributes): Record<string, object> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
