import type { DynamoDbClient, Item } from './dynamodb-client';

/** Whom keys of an earlier system belong to. */
export interface ImportedKeys {
  /**
   * Strongly consistent.
   *
   * @param fingerprint peppered HMAC of the key
   * @returns id of the account; `undefined`: nobody's key, or one that was revoked
   * @throws StoreFault
   */
  find(fingerprint: string): Promise<string | undefined>;
}

export function importedKeyKey(fingerprint: string): Item {
  return { pk: { S: `IMPORTED#${fingerprint}` }, sk: { S: 'KEY' } };
}

/** {@link ImportedKeys} on the table of `AccountTable`. */
export class DynamoDbImportedKeys implements ImportedKeys {
  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
  ) {}

  async find(fingerprint: string): Promise<string | undefined> {
    const { Item } = await this.client.send<{ Item?: Item }>('GetItem', {
      TableName: this.tableName,
      Key: importedKeyKey(fingerprint),
      ConsistentRead: true,
    });
    return Item?.account && 'S' in Item.account ? Item.account.S : undefined;
  }
}
