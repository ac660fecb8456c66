import { numberOf, stringOf, stringsOf } from '../../gateway/compile/l1';
import { type Agenda } from '../agenda';
import { type Caller, type Input, type TargetService } from '../service';
import { ServiceError } from '../service-error';
import { inBatch, validateBatchSize } from './batch';
import { md5, md5OfAttributes } from './message-attributes';
import { readMessage } from './new-message';
import { type Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import { type QueueRegistry } from './queue-registry';
import { receiveWithin } from './receive';
import { invalidValue, missing } from './refusals';
import { toReceived } from './received-message';

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
const MAX_RECEIVED = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_VISIBILITY_SECONDS = 43_200;

function within(input: Input, name: string, min: number, max: number): number | undefined {
  const value = numberOf(input, name);
  if (value === undefined || (value >= min && value <= max)) return value;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${min} and <= ${max}, if provided.`,
  );
}

function send(queue: Queue, input: Input): object {
  const message = readMessage(input, queue);
  const { id, sequenceNumber } = queue.send(message);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(message.body),
    MD5OfMessageAttributes: md5OfAttributes(message.attributes),
    SequenceNumber: sequenceNumber || undefined,
  };
}

function receiptOf(input: Input): string {
  const receipt = stringOf(input, 'ReceiptHandle');
  if (receipt === undefined) throw missing('ReceiptHandle');
  if (!/^[\w-]{36}#\d+$/.test(receipt)) {
    throw new ServiceError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receipt}" is not a valid receipt handle.`,
      400,
      'ReceiptHandleIsInvalid',
    );
  }
  return receipt;
}

/** A message that is not hidden any more, or was taken again by somebody else, cannot be hidden longer. */
function changeVisibility(queue: Queue, input: Input, now: number): void {
  const seconds = within(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
  if (seconds === undefined) throw missing('VisibilityTimeout');
  const receipt = receiptOf(input);
  const message = queue.find(receipt);
  if (!message || message.visibleAt <= now) {
    const what = message
      ? new ServiceError(
          'MessageNotInflight',
          'The message referred to is not in flight.',
          400,
          'AWS.SimpleQueueService.MessageNotInflight',
        )
      : invalidValue(
          `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
    throw what;
  }
  queue.changeVisibility(message, seconds * 1000);
}

/**
 * SQS in its JSON protocol.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */
export function sqs(registry: QueueRegistry, agenda: Agenda): TargetService {
  const nonexistent = () =>
    new ServiceError(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  const find = (input: Input, { region }: Caller): Queue => {
    const url = stringOf(input, 'QueueUrl');
    if (url === undefined) throw missing('QueueUrl');
    const queue = registry.byUrl(url, region);
    if (!queue) throw nonexistent();
    return queue;
  };
  return {
    name: 'sqs',
    target: 'AmazonSQS',
    protocolVersion: '1.0',
    operations: {
      GetQueueUrl: (input, { region }) => {
        const queue = registry.byName(stringOf(input, 'QueueName') ?? '', region);
        if (!queue) throw nonexistent();
        return { QueueUrl: registry.urlOf(queue) };
      },
      GetQueueAttributes: (input, caller) => {
        const all = queueAttributes(find(input, caller));
        const names = stringsOf(input, 'AttributeNames');
        const chosen = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
        return { Attributes: Object.fromEntries(chosen) };
      },
      SendMessage: (input, caller) => send(find(input, caller), input),
      SendMessageBatch: (input, caller) => {
        const queue = find(input, caller);
        validateBatchSize(input);
        return inBatch(input, (entry) => send(queue, entry));
      },
      ReceiveMessage: async (input, caller) => {
        const queue = find(input, caller);
        const visibility = within(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
        const wait = within(input, 'WaitTimeSeconds', 0, MAX_WAIT_SECONDS);
        const messages = await receiveWithin(queue, agenda, {
          max: within(input, 'MaxNumberOfMessages', 1, MAX_RECEIVED) ?? 1,
          visibilityMs: visibility === undefined ? undefined : visibility * 1000,
          waitMs: wait === undefined ? queue.settings.receiveWaitMs : wait * 1000,
          signal: caller.signal,
        });
        const systemNames = [
          ...stringsOf(input, 'AttributeNames'),
          ...stringsOf(input, 'MessageSystemAttributeNames'),
        ];
        const attributeNames = stringsOf(input, 'MessageAttributeNames');
        if (messages.length === 0) return {};
        return { Messages: messages.map((message) => toReceived(message, systemNames, attributeNames)) };
      },
      DeleteMessage: (input, caller) => find(input, caller).delete(receiptOf(input)),
      DeleteMessageBatch: (input, caller) => {
        const queue = find(input, caller);
        return inBatch(input, (entry) => queue.delete(receiptOf(entry)));
      },
      ChangeMessageVisibility: (input, caller) =>
        changeVisibility(find(input, caller), input, agenda.clock.now()),
      ChangeMessageVisibilityBatch: (input, caller) => {
        const queue = find(input, caller);
        return inBatch(input, (entry) => changeVisibility(queue, entry, agenda.clock.now()));
      },
      PurgeQueue: (input, caller) => find(input, caller).purge(),
      ListQueues: (input, { region }) => {
        const prefix = stringOf(input, 'QueueNamePrefix') ?? '';
        const own = registry.queues.filter(
          ({ settings }) => settings.region === region && settings.name.startsWith(prefix),
        );
        return own.length > 0 ? { QueueUrls: own.map((queue) => registry.urlOf(queue)) } : {};
      },
    },
  };
}
