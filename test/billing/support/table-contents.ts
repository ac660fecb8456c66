import type { DynamoDbClient, Item } from '../../../lambda/store/dynamodb-client';
import { canonical } from '../../../lib/domain/billing/snapshot-order';

/** Everything that a table holds: each item by its key. */
export type Contents = ReadonlyMap<string, Item>;

export function contentsOf(items: readonly Item[]): Contents {
  return new Map(items.map((item) => [canonical([item.pk, item.sk]), item]));
}

/** Reads a small table as a whole, and puts it back as it was. Each other write has to be followed by a `read`. */
export class TableContents {
  /** As it was when it was last read or put back. */
  private held: Contents | undefined;

  constructor(
    private readonly client: DynamoDbClient,
    private readonly tableName: string,
  ) {}

  async read(): Promise<Contents> {
    const page = await this.client.send<{ Items: Item[]; LastEvaluatedKey?: Item }>('Scan', {
      TableName: this.tableName,
      ConsistentRead: true,
    });
    if (page.LastEvaluatedKey !== undefined) throw new Error('the table is too large for one page');
    this.held = contentsOf(page.Items);
    return this.held;
  }

  /** Writes nothing but what differs. */
  async restore(wanted: Contents): Promise<void> {
    const held = this.held ?? (await this.read());
    const puts = [...wanted].filter(([key, item]) => canonical(held.get(key)) !== canonical(item));
    const deletes = [...held].filter(([key]) => !wanted.has(key));
    const requests = [
      ...puts.map(([, Item]) => ({ PutRequest: { Item } })),
      ...deletes.map(([, { pk, sk }]) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ];
    if (requests.length > 0) {
      // One batch holds 25 items, more than any story comes to; the database refuses a longer one.
      const { UnprocessedItems } = await this.client.send<{ UnprocessedItems?: object }>('BatchWriteItem', {
        RequestItems: { [this.tableName]: requests },
      });
      if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('the database left out some items');
    }
    this.held = wanted;
  }
}
