import type { DynamoDbClient, Item } from '../store/dynamodb-client';
import type { AccountBilling } from '../billing/account-billing';
import { OUTBOX_PENDING } from '../billing/billing-item';
import type { BillingTable } from '../billing/billing-table';
import { publishOutbox, type EventBus } from '../billing/outbox';

/** Accounts whose outbox holds something. */
export interface PendingOutboxes {
  list(): AsyncIterable<string>;
}

/** Reads the sparse index: it holds an item only while its outbox is not empty. */
export class IndexedOutboxes implements PendingOutboxes {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly tableName: string,
    private readonly indexName: string,
  ) {}

  async *list(): AsyncIterable<string> {
    let start: Item | undefined;
    do {
      const page: Page = await this.client.send<Page>('Query', {
        TableName: this.tableName,
        IndexName: this.indexName,
        KeyConditionExpression: 'outboxPending = :pending',
        ExpressionAttributeValues: { ':pending': OUTBOX_PENDING.outboxPending },
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const { pk } of page.Items) if (pk !== undefined && 'S' in pk) yield pk.S.slice('ACCOUNT#'.length);
      start = page.LastEvaluatedKey;
    } while (start);
  }
}

interface Page {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

export interface SweepPorts {
  readonly outboxes: PendingOutboxes;
  readonly table: BillingTable;
  readonly accounts: Pick<AccountBilling, 'apply'>;
  readonly bus: EventBus;
  readonly clock: () => number;
  readonly log: (line: string) => void;
}

/**
 * Publishes what was stored and not published: the bus was away, or the function died in between.
 *
 * It may have died before the change was on the hot item, where those who hear of it look. So that is done first, and an
 * account for which it fails keeps its events.
 *
 * @throws when events of at least one account could not be published: the error counts, the next run tries again
 */
export async function sweep({ outboxes, table, accounts, bus, clock, log }: SweepPorts): Promise<number> {
  let published = 0;
  const failures: string[] = [];
  for await (const account of outboxes.list()) {
    try {
      // The index lags: what it names may have been published meanwhile.
      if ((await table.readBilling(account)) === undefined) continue;
      const stored = await accounts.apply(account, [], clock());
      if (stored === undefined) continue;
      await publishOutbox(table, bus, account, stored.outbox);
      // Published, and the function died before the mark was removed.
      if (stored.outbox.length === 0) await table.removeFromOutbox(account, []);
      published += stored.outbox.length;
    } catch (error) {
      failures.push(account);
      log(JSON.stringify({ level: 'ERROR', message: 'not published', account, cause: String(error) }));
    }
  }
  if (published > 0) log(JSON.stringify({ level: 'INFO', message: 'published', events: published }));
  if (failures.length > 0) throw new Error(`events of ${failures.length} accounts could not be published`);
  return published;
}
