import { MAX_KEYS_PER_ACCOUNT, NEVER } from '../../lib/domain/account';
import { accountKey, fromAccountItem, number, toGrant } from './account-item';
import { ConditionFailed, type DynamoDbClient, type Item } from './dynamodb-client';
import { importedKeyKey } from './imported-keys';
import { toKeyItem, type KeyRecord } from './key-item';

/** A key of an earlier system that an account is to keep. */
export interface KeyToImport {
  readonly accountId: string;
  /** Peppered HMAC of the key. */
  readonly fingerprint: string;
  readonly label: string;
}

/**
 * What has become of a key.
 *
 * `unchanged`: it was imported before. `revoked`: it was imported before and revoked since, and stays so. `conflict`: it is
 * another account's.
 */
export type ImportOutcome =
  'imported' | 'unchanged' | 'revoked' | 'conflict' | 'no_such_account' | 'too_many_keys';

const CREATED_BY = 'import';

/** Takes keys over, one at a time; what a crash has left is finished by a repetition. */
export class KeyImporter {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly table: string,
    private readonly clock: () => number,
  ) {}

  /** What {@link import} would do, without doing it. */
  async preview({ accountId, fingerprint }: KeyToImport): Promise<ImportOutcome> {
    const owner = await this.owner(fingerprint);
    if (owner === 'revoked') return 'revoked';
    if (owner !== undefined && owner !== accountId) return 'conflict';
    const item = await this.get(accountKey(accountId));
    if (!item) return 'no_such_account';
    const { keys } = fromAccountItem(accountId, item);
    if (Object.hasOwn(keys, fingerprint)) return 'unchanged';
    return Object.keys(keys).length < MAX_KEYS_PER_ACCOUNT ? 'imported' : 'too_many_keys';
  }

  async import(key: KeyToImport): Promise<ImportOutcome> {
    const expected = await this.preview(key);
    if (expected !== 'imported') return expected;
    if (!(await this.own(key))) return 'conflict';
    await this.describe(key);
    // The grant last: until it is there, the key opens nothing.
    return (await this.grant(key)) ? 'imported' : 'too_many_keys';
  }

  private async owner(fingerprint: string): Promise<string | undefined> {
    const item = await this.get(importedKeyKey(fingerprint));
    if (!item) return undefined;
    return item.account && 'S' in item.account ? item.account.S : 'revoked';
  }

  private async own({ accountId, fingerprint }: KeyToImport): Promise<boolean> {
    return await this.when('PutItem', {
      Item: { ...importedKeyKey(fingerprint), account: { S: accountId } },
      ConditionExpression: 'attribute_not_exists(pk) OR account = :account',
      ExpressionAttributeValues: { ':account': { S: accountId } },
    });
  }

  private async describe({ accountId, fingerprint, label }: KeyToImport): Promise<void> {
    const record: KeyRecord = {
      fingerprint,
      label,
      createdAt: this.clock(),
      createdBy: CREATED_BY,
      expiresAt: NEVER,
      scopes: [],
    };
    await this.when('PutItem', {
      Item: { ...toKeyItem(accountId, record), imported: { BOOL: true } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
  }

  private async grant({ accountId, fingerprint }: KeyToImport): Promise<boolean> {
    return await this.when('UpdateItem', {
      Key: accountKey(accountId),
      UpdateExpression: 'SET #keys.#fingerprint = :grant',
      ConditionExpression: 'attribute_exists(pk) AND size(#keys) < :most',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
      ExpressionAttributeValues: {
        ':grant': toGrant({ expiresAt: NEVER, scopes: [] }),
        ':most': number(MAX_KEYS_PER_ACCOUNT),
      },
    });
  }

  private async get(Key: Item): Promise<Item | undefined> {
    const input = { TableName: this.table, Key, ConsistentRead: true };
    return (await this.client.send<{ Item?: Item }>('GetItem', input)).Item;
  }

  /** @returns whether the condition held */
  private async when(operation: string, input: object): Promise<boolean> {
    try {
      await this.client.send(operation, { TableName: this.table, ...input });
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }
}

/**
 * Marks an imported key as revoked, so that importing the same file again does not bring it back. What is left names no
 * account. Nothing happens for keys of our own.
 */
export async function retireImportedKey(
  client: DynamoDbClient,
  TableName: string,
  fingerprint: string,
  now: number,
): Promise<void> {
  try {
    await client.send('UpdateItem', {
      TableName,
      Key: importedKeyKey(fingerprint),
      UpdateExpression: 'SET revokedAt = :now REMOVE account',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':now': number(now) },
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Keys of the items that name the account of keys which were imported. */
export function importedKeyItems(items: readonly Item[]): Item[] {
  return items.flatMap(({ sk, imported }) =>
    sk && 'S' in sk && imported !== undefined && 'BOOL' in imported
      ? [importedKeyKey(sk.S.slice('KEY#'.length))]
      : [],
  );
}
