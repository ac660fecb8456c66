import { type FunctionInvoker } from '../../contract';
import { type Agenda } from '../agenda';
import { type Queue } from '../queues/queue';
import { toRecord } from '../queues/received-message';
import { failedItems } from './batch-response';
import { type MappingSettings } from './mapping-settings';

interface Received {
  readonly id: string;
  readonly receipt: string;
  /** As the function gets it. */
  readonly record: object;
}

/**
 * Feeds a function from a queue. What the function deals with is deleted; anything else becomes visible again when the
 * queue's visibility timeout is over, and is then received once more.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueuePoller {
  private batch: Received[] = [];
  private running = 0;
  private pending: NodeJS.Immediate | undefined;
  private stopWaiting: (() => void) | undefined;
  private readonly stopListening: () => void;
  private closed = false;

  constructor(
    private readonly settings: MappingSettings,
    private readonly queue: Queue,
    private readonly functions: FunctionInvoker,
    private readonly agenda: Agenda,
  ) {
    this.stopListening = queue.onAvailable(() => this.pollSoon());
    this.pollSoon();
  }

  /** Messages that it has not handed over yet can be received again. */
  close(): void {
    this.closed = true;
    for (const { receipt } of this.batch.splice(0)) this.queue.giveBack(receipt);
    this.stopListening();
    this.stopWaiting?.();
    clearImmediate(this.pending);
  }

  /** What is sent together is received together. */
  private pollSoon(): void {
    this.pending ??= setImmediate(() => {
      this.pending = undefined;
      this.poll();
    });
  }

  private poll(): void {
    const { batchSize, windowMs, maxConcurrency } = this.settings;
    while (!this.closed && this.running < maxConcurrency) {
      const before = this.batch.length;
      this.batch.push(...this.receive(batchSize - before));
      if (this.batch.length === 0) return;
      if (this.batch.length < batchSize && windowMs > 0) {
        if (this.batch.length === before) return;
        this.stopWaiting ??= this.agenda.at(this.agenda.clock.now() + windowMs, () => this.flush());
        continue;
      }
      this.flush();
    }
  }

  private flush(): void {
    this.stopWaiting?.();
    this.stopWaiting = undefined;
    const batch = this.batch;
    this.batch = [];
    if (this.closed || batch.length === 0) return;
    this.running++;
    void this.invoke(batch).then(() => {
      this.running--;
      this.pollSoon();
    });
  }

  /** Messages that no filter wants are deleted, as the service does. */
  private receive(max: number): Received[] {
    const { filters } = this.settings;
    const received = this.queue.receive(max).map((message) => ({
      id: message.id,
      receipt: message.receipt!,
      record: toRecord(message, this.queue.settings),
    }));
    if (filters.length === 0) return received;
    return received.filter(({ record, receipt }) => {
      const wanted = filters.some((matches) => matches(withParsedBody(record)));
      if (!wanted) this.queue.delete(receipt);
      return wanted;
    });
  }

  private async invoke(batch: readonly Received[]): Promise<void> {
    const event = JSON.stringify({ Records: batch.map(({ record }) => record) });
    const result = await this.functions.invoke(this.settings.functionName, event);
    if (result.kind !== 'success') return;
    const ids = batch.map(({ id }) => id);
    const failed = this.settings.reportsItemFailures ? failedItems(result.payload, ids) : [];
    for (const { id, receipt } of batch) if (!failed.includes(id)) this.queue.delete(receipt);
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html */
function withParsedBody(record: object): object {
  try {
    const body: unknown = JSON.parse((record as { body: string }).body);
    return { ...record, body };
  } catch {
    return record;
  }
}
