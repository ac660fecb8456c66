import { createHash } from 'node:crypto';
import { bagOf } from '../../gateway/compile/l1';
import { type Input } from '../service';
import { invalidValue } from './refusals';
import { textMember } from '../text-member';

/** `BinaryValue` is base64, as on the wire. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;
const MAX_ATTRIBUTES = 10;

/** Letters, digits, `_`, `-` and single dots between them; not what AWS keeps for itself. */
const NAME = /^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const TYPE = /^(String|Number|Binary)(\..+)?$/;

function readAttribute(name: string, input: Input | undefined): MessageAttribute {
  const DataType = input && textMember(input, 'DataType');
  if (!NAME.test(name)) throw invalidValue(`Message (user) attribute name '${name}' is invalid.`);
  if (!DataType) {
    throw invalidValue(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
  if (!TYPE.test(DataType)) {
    throw invalidValue(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const field = DataType.startsWith('Binary') ? 'BinaryValue' : 'StringValue';
  const value = textMember(input, field);
  if (!value) {
    throw invalidValue(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
    );
  }
  if (DataType.startsWith('Number') && !Number.isFinite(Number(value))) {
    throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { DataType, [field]: value };
}

/**
 * Reads the attributes of a message.
 *
 * @throws ServiceError when SQS would not take one
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes
 */
export function readAttributes(input: Input): MessageAttributes {
  const given = bagOf(input, 'MessageAttributes') ?? {};
  const names = Object.keys(given);
  if (names.length > MAX_ATTRIBUTES) {
    throw invalidValue(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, readAttribute(name, bagOf(given, name))]));
}

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
