import { bagsOf, stringOf } from '../../gateway/compile/l1';
import { type Input } from '../service';
import { ServiceError } from '../service-error';

const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;

function refuse(code: string, message: string): never {
  throw new ServiceError(code, message, 400, `AWS.SimpleQueueService.${code}`);
}

function entriesOf(input: Input): readonly Input[] {
  const entries = bagsOf(input, 'Entries');
  const ids = entries.map((entry) => stringOf(entry, 'Id') ?? '');
  if (entries.length === 0) refuse('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    refuse('TooManyEntriesInBatchRequest', message);
  }
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    refuse(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined) refuse('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries;
}

/**
 * Messages that are sent together must not be longer than a single one may be; attributes are left out of account.
 *
 * @throws ServiceError BatchRequestTooLong
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function validateBatchSize(input: Input): void {
  const sizes = bagsOf(input, 'Entries').map((entry) =>
    Buffer.byteLength(stringOf(entry, 'MessageBody') ?? ''),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= MAX_BYTES) return;
  const message = `Batch requests cannot be longer than ${MAX_BYTES} bytes. You have sent ${bytes} bytes.`;
  refuse('BatchRequestTooLong', message);
}

/**
 * Runs an operation for each entry of a batch; some may succeed and others fail.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
export function inBatch(input: Input, run: (entry: Input) => object | void): object {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of entriesOf(input)) {
    const Id = stringOf(entry, 'Id');
    try {
      successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failed.push({ Id, SenderFault: true, Code: error.queryCode ?? error.code, Message: error.message });
    }
  }
  return { Successful: successful, ...(failed.length > 0 && { Failed: failed }) };
}
