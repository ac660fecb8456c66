import { type Agenda } from '../agenda';
import { type Message, type Queue } from './queue';

export interface Reception {
  readonly max: number;
  readonly visibilityMs?: number;
  /** How long to wait for the first message, by the engine's clock. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Long polling: gives messages as soon as there are any, nothing when the wait is over or the caller has gone.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export function receiveWithin(
  queue: Queue,
  agenda: Agenda,
  { max, visibilityMs, waitMs, signal }: Reception,
): Promise<Message[]> {
  const there = queue.receive(max, visibilityMs);
  if (there.length > 0 || waitMs === 0) return Promise.resolve(there);
  return new Promise((resolve) => {
    const finish = (messages: Message[]) => {
      stopListening();
      stopWaiting();
      signal.removeEventListener('abort', giveUp);
      resolve(messages);
    };
    const giveUp = () => finish([]);
    const stopListening = queue.onAvailable(() => {
      const messages = queue.receive(max, visibilityMs);
      if (messages.length > 0) finish(messages);
    });
    const stopWaiting = agenda.at(agenda.clock.now() + waitMs, giveUp);
    signal.addEventListener('abort', giveUp);
  });
}
