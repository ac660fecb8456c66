import type { AccountRecord } from '../../lib/domain/account';
import { NO_USAGE_KEYS, type UsageKeyState } from '../../lib/domain/provisioning';
import { accountKey, fromAccountItem, number } from './account-item';
import { ConditionFailed, type DynamoDbClient, type Item } from './dynamodb-client';

/** An account and what is known of its API Gateway keys. */
export interface UsageKeyRecord {
  readonly accountId: string;
  readonly account: AccountRecord | undefined;
  readonly state: UsageKeyState;
  /** Counts the changes of the state; 0: there is none. */
  readonly revision: number;
}

/**
 * Where the provisioner keeps its record: a cold item beside the account. A write that finds something else than was
 * read changes nothing and says nothing: the next read tells.
 */
export interface UsageKeyStore {
  /** Strongly consistent. */
  read(accountId: string): Promise<UsageKeyRecord>;
  save(record: UsageKeyRecord, state: UsageKeyState): Promise<void>;
  /** Tells the account which key to use, unless its key or its plan have changed; `undefined`: a pool key. */
  nameKey(record: UsageKeyRecord, usageKey: string | undefined): Promise<void>;
  remove(record: UsageKeyRecord): Promise<void>;
}

export class DynamoDbUsageKeyStore implements UsageKeyStore {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
  ) {}

  async read(accountId: string): Promise<UsageKeyRecord> {
    // The state first: the account may be ahead of it, never behind.
    const stateItem = await this.get(stateKey(accountId));
    const accountItem = await this.get(accountKey(accountId));
    return toRecord(accountId, accountItem, stateItem);
  }

  /** Every account and every record, one after the other; strongly consistent. Reads the whole table. */
  async *list(): AsyncIterable<UsageKeyRecord> {
    let start: Item | undefined;
    let open: { readonly accountId: string; account?: Item; state?: Item } | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.client.send('Scan', {
        TableName: this.tableName,
        ConsistentRead: true,
        FilterExpression: 'sk = :account OR sk = :state',
        ExpressionAttributeValues: { ':account': { S: 'ACCOUNT' }, ':state': { S: 'USAGEKEY' } },
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const item of page.Items) {
        // The items of one partition follow each other, also across pages.
        const accountId = textOf(item, 'pk').slice('ACCOUNT#'.length);
        if (open && open.accountId !== accountId) yield toRecord(open.accountId, open.account, open.state);
        if (open?.accountId !== accountId) open = { accountId };
        open[textOf(item, 'sk') === 'ACCOUNT' ? 'account' : 'state'] = item;
      }
      start = page.LastEvaluatedKey;
    } while (start);
    if (open) yield toRecord(open.accountId, open.account, open.state);
  }

  save({ accountId, revision }: UsageKeyRecord, state: UsageKeyState): Promise<void> {
    return this.write('PutItem', {
      Item: {
        ...stateKey(accountId),
        rev: number(revision + 1),
        state: { S: JSON.stringify(state) },
      },
      ...ifUnchanged(revision),
    });
  }

  nameKey({ accountId, account }: UsageKeyRecord, usageKey: string | undefined): Promise<void> {
    if (account === undefined) return Promise.resolve();
    const before = account.usageKey;
    return this.write('UpdateItem', {
      Key: accountKey(accountId),
      UpdateExpression: usageKey === undefined ? 'REMOVE usageKey' : 'SET usageKey = :after',
      ConditionExpression: `attribute_exists(pk) AND planRev = :planRev AND ${
        before === undefined ? 'attribute_not_exists(usageKey)' : 'usageKey = :before'
      }`,
      ExpressionAttributeValues: {
        ':planRev': number(account.planRev),
        ...(before !== undefined && { ':before': { S: before } }),
        ...(usageKey !== undefined && { ':after': { S: usageKey } }),
      },
    });
  }

  remove({ accountId, revision }: UsageKeyRecord): Promise<void> {
    return this.write('DeleteItem', { Key: stateKey(accountId), ...ifUnchanged(revision) });
  }

  private async get(key: Item): Promise<Item | undefined> {
    const input = { TableName: this.tableName, Key: key, ConsistentRead: true };
    return (await this.client.send<{ Item?: Item }>('GetItem', input)).Item;
  }

  private async write(operation: string, input: object): Promise<void> {
    try {
      await this.client.send(operation, { TableName: this.tableName, ...input });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}

function toRecord(accountId: string, account: Item | undefined, stateItem: Item | undefined): UsageKeyRecord {
  const revision = stateItem?.rev;
  return {
    accountId,
    account: account && fromAccountItem(accountId, account),
    state: stateItem ? (JSON.parse(textOf(stateItem, 'state')) as UsageKeyState) : NO_USAGE_KEYS,
    revision: revision && 'N' in revision ? Number(revision.N) : 0,
  };
}

function textOf(item: Item, name: string): string {
  const value = item[name];
  return value && 'S' in value ? value.S : '';
}

function stateKey(accountId: string): Item {
  return { pk: { S: `ACCOUNT#${accountId}` }, sk: { S: 'USAGEKEY' } };
}

function ifUnchanged(revision: number): object {
  if (revision === 0) return { ConditionExpression: 'attribute_not_exists(pk)' };
  return { ConditionExpression: 'rev = :rev', ExpressionAttributeValues: { ':rev': number(revision) } };
}
