import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readFailedEvent } from './failed-events';
import type { Provider } from './provider';

export interface ReplayPorts {
  readonly providers: readonly Provider[];
  readonly log: (line: string) => void;
}

/**
 * Applies messages of the dead-letter queue again. Whoever may invoke the function may do so: the signatures were
 * verified before the events came into the queue, and are too old by now to be verified again.
 *
 * @returns the messages that failed again, in the form that Lambda expects of functions that read queues
 */
export async function replay(
  { Records }: SQSEvent,
  { providers, log }: ReplayPorts,
): Promise<SQSBatchResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    const event = readFailedEvent(body);
    const provider = providers.find(({ name }) => name === event?.provider);
    try {
      if (event === undefined || provider === undefined) throw new Error('not an event of this endpoint');
      const receipt = await provider.apply(event.content);
      if (receipt.kind === 'no-such-account') throw new Error(`there is no account ${receipt.account}`);
      log(line('INFO', { messageId, eventId: event.id, outcome: receipt.kind }));
    } catch (error) {
      log(line('ERROR', { messageId, eventId: event?.id, outcome: 'fault', cause: String(error) }));
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

function line(level: string, members: object): string {
  return JSON.stringify({ level, message: 'replay', ...members });
}
