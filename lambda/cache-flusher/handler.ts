import type { SQSEvent } from 'aws-lambda';

export interface FlusherPorts {
  /** Empties the cache. */
  readonly flush: () => Promise<void>;
  /** Asks for another flush. */
  readonly sendLater: (message: string, delaySeconds: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/**
 * Longer than the authorizer may run, seconds: an answer that was begun before the account changed is in the cache by
 * then, and would stay there.
 */
const SECOND_FLUSH_AFTER = 6;
const SECOND = JSON.stringify({ second: true });

/**
 * One flush for all the changes of a batch, at once, and a second one for the answers that were under way. A batch that
 * fails comes again as a whole.
 */
export function createFlusher({ flush, sendLater, log }: FlusherPorts): (event: SQSEvent) => Promise<void> {
  return async ({ Records }) => {
    const changes = Records.filter(({ body }) => body !== SECOND).length;
    // Asked for first: a flush that fails brings the batch back, and a flush too many does no harm.
    if (changes > 0) await sendLater(SECOND, SECOND_FLUSH_AFTER);
    await flush();
    log(JSON.stringify({ level: 'INFO', message: 'authorizer_cache_flushed', changes }));
  };
}
