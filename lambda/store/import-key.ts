import { MAX_KEYS_PER_ACCOUNT, NEVER } from '../../lib/domain/account';
import { accountKey, fromAccountItem, number, toGrant } from './account-item';
import { ConditionFailed, type DynamoDbClient, type Item } from './dynamodb-client';
import { importedKeyKey } from './imported-keys';
import { keyItemKey, toKeyItem, type KeyRecord } from './key-item';

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
  async preview(key: KeyToImport): Promise<ImportOutcome> {
    return await this.outcome(key, await this.owner(key.fingerprint));
  }

  async import(key: KeyToImport): Promise<ImportOutcome> {
    const owner = await this.owner(key.fingerprint);
    const expected = await this.outcome(key, owner);
    if (expected !== 'imported') {
      const isLeft = owner === key.accountId && expected !== 'unchanged';
      // Of an import that came so far and no further, which would keep the key from every other account.
      if (isLeft) await this.disown(key);
      return expected;
    }
    if (!(await this.own(key))) return 'conflict';
    await this.describe(key);
    // The grant last: until it is there, the key opens nothing.
    if (await this.grant(key)) return 'imported';
    await this.disown(key);
    return (await this.get(accountKey(key.accountId))) ? 'too_many_keys' : 'no_such_account';
  }

  private async outcome(
    { accountId, fingerprint }: KeyToImport,
    owner: string | undefined,
  ): Promise<ImportOutcome> {
    if (owner === 'revoked') return 'revoked';
    if (owner !== undefined && owner !== accountId) return 'conflict';
    const item = await this.get(accountKey(accountId));
    if (!item) return 'no_such_account';
    const { keys } = fromAccountItem(accountId, item);
    // Held by the account and named by nothing, the key would open nothing: importing it again puts that right.
    if (Object.hasOwn(keys, fingerprint)) return owner === accountId ? 'unchanged' : 'imported';
    return Object.keys(keys).length < MAX_KEYS_PER_ACCOUNT ? 'imported' : 'too_many_keys';
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
      // Whoever was faster at importing the same key has granted it: what it was used for since stays.
      UpdateExpression: 'SET #keys.#fingerprint = if_not_exists(#keys.#fingerprint, :grant)',
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_exists(#keys.#fingerprint) OR size(#keys) < :most)',
      ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
      ExpressionAttributeValues: {
        ':grant': toGrant({ expiresAt: NEVER, scopes: [] }),
        ':most': number(MAX_KEYS_PER_ACCOUNT),
      },
    });
  }

  /** The description first: it is by the owner that a repetition knows what is left to do. */
  private async disown({ accountId, fingerprint }: KeyToImport): Promise<void> {
    await this.when('DeleteItem', {
      Key: keyItemKey(accountId, fingerprint),
      ConditionExpression: 'imported = :yes',
      ExpressionAttributeValues: { ':yes': { BOOL: true } },
    });
    await this.when('DeleteItem', {
      Key: importedKeyKey(fingerprint),
      ConditionExpression: 'account = :account',
      ExpressionAttributeValues: { ':account': { S: accountId } },
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
 * Marks an imported key of an account as revoked, so that importing the same file again does not bring it back. What is
 * left names no account. Nothing happens for keys of our own.
 */
export async function retireImportedKey(
  client: DynamoDbClient,
  TableName: string,
  accountId: string,
  fingerprint: string,
  now: number,
): Promise<void> {
  try {
    await client.send('UpdateItem', {
      TableName,
      Key: importedKeyKey(fingerprint),
      UpdateExpression: 'SET revokedAt = :now REMOVE account',
      ConditionExpression: 'account = :account',
      ExpressionAttributeValues: { ':now': number(now), ':account': { S: accountId } },
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
