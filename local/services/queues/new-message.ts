import { bagOf, numberOf, stringOf } from '../../gateway/compile/l1';
import { type Input } from '../service';
import { ServiceError } from '../service-error';
import { contentDigest } from './deduplication';
import { readAttributes, sizeOf } from './message-attributes';
import { type NewMessage, type Queue } from './queue';
import { invalidValue, missing } from './refusals';
import { textMember } from '../text-member';

const MAX_DELAY_SECONDS = 900;

// XML 1.0 characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
const FORBIDDEN_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

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
  const body = textMember(input, 'MessageBody');
  if (body === undefined || body === '') throw missing('MessageBody');
  if (FORBIDDEN_CHARACTER.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'The message contains characters outside the allowed set.',
    );
  }
  const attributes = readAttributes(input);
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
