import { bagOf, numberOf, stringOf } from '../../gateway/compile/l1';
import { type Input } from '../service';
import { ServiceError } from '../service-error';
import { contentDigest } from './deduplication';
import { type MessageAttributes, sizeOf } from './message-attributes';
import { type NewMessage, type Queue } from './queue';

const MAX_DELAY_SECONDS = 900;
const MAX_ATTRIBUTES = 10;

// XML 1.0 characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const FORBIDDEN_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message, 400, 'InvalidParameterValue');
}

export function missing(name: string): ServiceError {
  return new ServiceError(
    'MissingParameter',
    `The request must contain the parameter ${name}.`,
    400,
    'MissingParameter',
  );
}

function fifoFields(
  input: Input,
  queue: Queue,
  body: string,
): Pick<NewMessage, 'groupId' | 'deduplicationId'> {
  const { isFifo, contentBasedDeduplication } = queue.settings;
  const groupId = stringOf(input, 'MessageGroupId');
  if (!isFifo) {
    if (stringOf(input, 'MessageDeduplicationId') !== undefined) {
      throw invalidValue(
        'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
      );
    }
    return { groupId };
  }
  if (groupId === undefined) throw missing('MessageGroupId');
  const given = stringOf(input, 'MessageDeduplicationId');
  if (given === undefined && !contentBasedDeduplication) {
    throw invalidValue(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId: given ?? contentDigest(body) };
}

/**
 * Reads one message of SendMessage or SendMessageBatch.
 *
 * @throws ServiceError when SQS would not take it
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function readMessage(input: Input, queue: Queue): NewMessage {
  const body = stringOf(input, 'MessageBody');
  if (body === undefined || body === '') throw missing('MessageBody');
  if (FORBIDDEN_CHARACTER.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set.',
    );
  }
  const attributes = (bagOf(input, 'MessageAttributes') ?? {}) as MessageAttributes;
  if (Object.keys(attributes).length > MAX_ATTRIBUTES) {
    throw invalidValue(
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  const { maxMessageBytes, isFifo } = queue.settings;
  if (sizeOf(body, attributes) > maxMessageBytes) {
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
    );
  }
  const delay = numberOf(input, 'DelaySeconds');
  if (delay !== undefined && (delay < 0 || delay > MAX_DELAY_SECONDS || (isFifo && delay > 0))) {
    throw invalidValue(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: ${isFifo ? 'The request include parameter that is not valid for this queue type' : `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}`}.`,
    );
  }
  const system = bagOf(input, 'MessageSystemAttributes') ?? {};
  return {
    body,
    attributes,
    delayMs: delay === undefined ? undefined : delay * 1000,
    traceHeader: stringOf(bagOf(system, 'AWSTraceHeader') ?? {}, 'StringValue'),
    ...fifoFields(input, queue, body),
  };
}
