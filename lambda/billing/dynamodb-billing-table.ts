import type { AccountRecord } from '../../lib/domain/account';
import type { BillingMessage } from '../../lib/domain/billing/fact';
import type { LinkConflict } from '../../lib/domain/billing/link-conflict';
import type { AccountProjection } from '../../lib/domain/billing/projection';
import type { QuotaEffect } from '../../lib/domain/billing/quota-effect';
import { accountKey, fromAccountItem, newAccountRecord, number, toAccountItem } from '../store/account-item';
import { ConditionFailed, type DynamoDbClient, type Item } from '../store/dynamodb-client';
import { erasedAt, erasedKey } from '../store/erased-mark';
import {
  billingKey,
  customerItemKey,
  fromBillingItem,
  json,
  OUTBOX_PENDING,
  toBillingAttributes,
  toOutbox,
} from './billing-item';
import type {
  AccountEvent,
  BillingRecord,
  BillingTable,
  CustomerKey,
  CustomerLink,
  StoredBilling,
} from './billing-table';
import { projectionUpdate } from './projection-update';

const DAY_SECONDS = 86_400;
/** Longer than any provider goes on delivering, and than a checkout session can stay open. */
const PARKED_DAYS = 30;

/** {@link BillingTable} on the table of `AccountTable`. */
export class DynamoDbBillingTable implements BillingTable {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly tableName: string,
    private readonly clock: () => number = Date.now,
  ) {}

  async readBilling(account: string): Promise<StoredBilling | undefined> {
    const item = await this.read(billingKey(account));
    return item && fromBillingItem(item);
  }

  async writeBilling(
    account: string,
    record: BillingRecord,
    events: readonly AccountEvent[],
    expected: number,
  ): Promise<boolean> {
    const attributes = toBillingAttributes(record);
    if (expected === 0) {
      return this.conditionally('PutItem', {
        Item: {
          ...billingKey(account),
          ...attributes,
          outbox: { M: toOutbox(events) },
          ...(events.length > 0 && OUTBOX_PENDING),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    }
    // Members of the outbox are set one by one: a publisher may be removing others at the same time.
    const set: Item = { ...attributes, ...(events.length > 0 && OUTBOX_PENDING) };
    const names = Object.keys(set);
    return this.conditionally('UpdateItem', {
      Key: billingKey(account),
      UpdateExpression: `SET ${[
        ...names.map((name) => `#${name} = :${name}`),
        ...events.map((_, index) => `#outbox.#e${index} = :e${index}`),
      ].join(', ')}`,
      ConditionExpression: '#sequence = :expected',
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...(events.length > 0 && { '#outbox': 'outbox' }),
        ...Object.fromEntries(events.map(({ id }, index) => [`#e${index}`, id])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
        ...Object.fromEntries(events.map((event, index) => [`:e${index}`, { S: JSON.stringify(event) }])),
        ':expected': number(expected),
      },
    });
  }

  async removeFromOutbox(account: string, eventIds: readonly string[]): Promise<void> {
    // The mark goes with the last events, in one write; others may have come, or another publisher been faster.
    const all = eventIds.map((_, index) => `attribute_exists(#outbox.#e${index})`);
    const last = await this.removeEvents(account, eventIds, {
      removes: ['#pending'],
      condition: [...all, 'size(#outbox) = :count'].join(' AND '),
    });
    if (last || eventIds.length === 0) return;
    await this.removeEvents(account, eventIds, { removes: [] });
    await this.removeEvents(account, [], { removes: ['#pending'], condition: 'size(#outbox) = :count' });
  }

  private removeEvents(
    account: string,
    eventIds: readonly string[],
    { removes, condition }: { readonly removes: readonly string[]; readonly condition?: string },
  ): Promise<boolean> {
    const events = eventIds.map((_, index) => `#outbox.#e${index}`);
    return this.conditionally('UpdateItem', {
      Key: billingKey(account),
      UpdateExpression: `REMOVE ${[...events, ...removes].join(', ')}`,
      ExpressionAttributeNames: {
        '#outbox': 'outbox',
        ...Object.fromEntries(removes.map((name) => [name, 'outboxPending'])),
        ...Object.fromEntries(eventIds.map((id, index) => [`#e${index}`, id])),
      },
      ...(condition !== undefined && {
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':count': number(eventIds.length) },
      }),
    });
  }

  async readAccount(account: string): Promise<AccountRecord | undefined> {
    const item = await this.read(accountKey(account));
    return item && fromAccountItem(account, item);
  }

  async openAccount(account: string, vouchedAt: number): Promise<boolean> {
    if (await this.isErasedSince(account, vouchedAt)) return false;
    const access = { accessUntil: 0, lapseReason: 'no_subscription' } as const;
    const made = await this.conditionally('PutItem', {
      Item: toAccountItem(newAccountRecord({ accountId: account, access }, this.clock())),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    // Whoever erases writes the mark first and looks for items afterwards: it is found here, or this item there.
    if (!made || !(await this.isErasedSince(account, vouchedAt))) return true;
    await this.conditionally('DeleteItem', {
      Key: accountKey(account),
      ConditionExpression: 'attribute_not_exists(billingRev) AND size(#keys) = :none',
      ExpressionAttributeNames: { '#keys': 'keys' },
      ExpressionAttributeValues: { ':none': number(0) },
    });
    return false;
  }

  async readErasure(account: string): Promise<number | undefined> {
    return erasedAt(await this.read(erasedKey(account)));
  }

  private async isErasedSince(account: string, instant: number): Promise<boolean> {
    const erased = await this.readErasure(account);
    return erased !== undefined && erased >= instant;
  }

  projectOnto(
    seen: AccountRecord,
    projection: AccountProjection,
    effect: QuotaEffect,
    revision: number,
  ): Promise<boolean> {
    return this.conditionally(
      'UpdateItem',
      projectionUpdate(this.tableName, seen, projection, effect, revision),
    );
  }

  async readLink(key: CustomerKey): Promise<CustomerLink | undefined> {
    const item = await this.read(customerItemKey(key, 'LINK'));
    return item && json<CustomerLink>(item.link);
  }

  putLink(key: CustomerKey, link: CustomerLink): Promise<boolean> {
    return this.conditionally('PutItem', {
      Item: { ...customerItemKey(key, 'LINK'), link: { S: JSON.stringify(link) } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  }

  async park(key: CustomerKey, message: BillingMessage): Promise<void> {
    await this.send('PutItem', { Item: this.kept(key, `PARKED#${message.id}`, message) });
  }

  async listParked(key: CustomerKey): Promise<readonly BillingMessage[]> {
    const { pk } = customerItemKey(key, '');
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.send('Query', {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': { S: 'PARKED#' } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      });
      items.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start);
    return items.map(({ message }) => json<BillingMessage>(message)!);
  }

  async unpark(key: CustomerKey, messageId: string): Promise<void> {
    await this.send('DeleteItem', { Key: customerItemKey(key, `PARKED#${messageId}`) });
  }

  async recordConflict(key: CustomerKey, message: BillingMessage, conflict: LinkConflict): Promise<void> {
    // The first time counts: who looks again finds the same conflict, which is as old as it was.
    await this.conditionally('PutItem', {
      Item: { ...this.kept(key, `CONFLICT#${message.id}`, message), conflict: { S: conflict } },
      ConditionExpression: 'attribute_not_exists(pk) OR #conflict <> :conflict',
      ExpressionAttributeNames: { '#conflict': 'conflict' },
      ExpressionAttributeValues: { ':conflict': { S: conflict } },
    });
  }

  private kept(key: CustomerKey, sk: string, message: BillingMessage): Item {
    const now = Math.floor(this.clock() / 1000);
    return {
      ...customerItemKey(key, sk),
      message: { S: JSON.stringify(message) },
      parkedAt: number(now * 1000),
      // The table's time to live counts in seconds.
      expiresAt: number(now + PARKED_DAYS * DAY_SECONDS),
    };
  }

  private async read(Key: Item): Promise<Item | undefined> {
    return (await this.send<{ Item?: Item }>('GetItem', { Key, ConsistentRead: true })).Item;
  }

  private async conditionally(operation: string, input: object): Promise<boolean> {
    try {
      await this.send(operation, input);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  private send<T>(operation: string, input: object): Promise<T> {
    return this.client.send<T>(operation, { TableName: this.tableName, ...input });
  }
}
