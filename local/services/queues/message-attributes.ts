import { createHash } from 'node:crypto';

/** `BinaryValue` is base64, as on the wire. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;

export function md5(data: string | Buffer): string {
  return createHash('md5').update(data).digest('hex');
}

function lengthAndBytes(data: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return [length, data];
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return attribute.BinaryValue === undefined
    ? Buffer.from(attribute.StringValue ?? '')
    : Buffer.from(attribute.BinaryValue, 'base64');
}

/**
 * The digest by which clients check that their attributes arrived; undefined when there are none.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const attribute = attributes[name]!;
    const transport = attribute.BinaryValue === undefined ? STRING_TRANSPORT : BINARY_TRANSPORT;
    return [
      ...lengthAndBytes(Buffer.from(name)),
      ...lengthAndBytes(Buffer.from(attribute.DataType)),
      Buffer.from([transport]),
      ...lengthAndBytes(valueBytes(attribute)),
    ];
  });
  return md5(Buffer.concat(parts));
}

/** What counts against the limit of a message. */
export function sizeOf(body: string, attributes: MessageAttributes): number {
  const sizes = Object.entries(attributes).map(
    ([name, attribute]) =>
      Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length,
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}
