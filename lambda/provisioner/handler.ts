import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseMessage, type AccountQueue } from './account-queue';
import type { Provisioner } from './provisioner';

export interface HandlerPorts {
  readonly provisioner: Pick<Provisioner, 'provision'>;
  readonly queue: Pick<AccountQueue, 'sendLater'>;
  /** Makes API Gateway forget its cached answers; absent: it caches none. */
  readonly flushCache?: (accountId: string) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Receives one line of JSON per message. */
  readonly log: (line: string) => void;
}

/** Works on the accounts of a batch, one after the other; those that fail come again by themselves. */
export function createHandler(ports: HandlerPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const failed: string[] = [];
    for (const { messageId, body } of Records) {
      try {
        await work(body, ports);
      } catch (error) {
        failed.push(messageId);
        const { name, message } = error as Error;
        ports.log(
          JSON.stringify({ level: 'ERROR', message: 'provisioning_failed', body, name, cause: message }),
        );
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

async function work(body: string, ports: HandlerPorts): Promise<void> {
  const { provisioner, queue, flushCache, clock, log } = ports;
  const accountId = parseMessage(body);
  const until = await provisioner.provision(accountId);
  // A refusal for want of a key, or of a payment that the CLI has entered, may be in the cache.
  await flushCache?.(accountId);
  if (until !== undefined) await queue.sendLater(accountId, until - clock());
  log(JSON.stringify({ level: 'INFO', message: 'provisioned', accountId, until }));
}
