import type { DynamoDbClient, Item } from './dynamodb-client';
import { ERASED, erasedMark } from './erased-mark';
import { importedKeyItems } from './import-key';

/**
 * Deletes an account and everything about it: access first, so that nothing is served meanwhile; then the links of
 * its customers and what is parked for them; then whom imported keys belong to,
 * keys and billing. Repeating it finishes what a crash left.
 *
 * What stays is a mark, so that nothing that was signed before brings the account back: a claim, the event of a checkout
 * that is sent again, a subscription that lives on at the provider. The mark is written first: who opens an account looks
 * for one afterwards, so that one of both sees the other.
 *
 * The record of its API Gateway key stays: the provisioner deletes it together with the key, which would otherwise be
 * an orphan.
 *
 * Erase the account before its customer at the payment provider: an event that arrives later is parked and expires.
 *
 * @param now milliseconds since the epoch
 * @returns number of items that were deleted; 0: there was nothing
 */
export async function eraseAccount(
  client: DynamoDbClient,
  tableName: string,
  accountId: string,
  now: number,
): Promise<number> {
  if ((await erasable(client, tableName, accountId)).length === 0) return 0;
  await client.send('PutItem', { TableName: tableName, Item: erasedMark(accountId, now) });
  const items = await erasable(client, tableName, accountId);
  const customers = items.flatMap(customersOf);
  // The billing item last: it alone knows the customers, whose items a repetition has to find again.
  const ordered = [
    ...items.filter((item) => isSortKey(item, 'ACCOUNT')),
    // Before the descriptions of the keys, by which a repetition finds them.
    ...importedKeyItems(items),
    ...(await Promise.all(customers.map((pk) => itemsOf(client, tableName, pk)))).flat(),
    ...items.filter((item) => !isSortKey(item, 'ACCOUNT') && !isSortKey(item, 'BILLING')),
    ...items.filter((item) => isSortKey(item, 'BILLING')),
  ];
  for (const item of ordered) {
    await client.send('DeleteItem', { TableName: tableName, Key: { pk: item.pk, sk: item.sk } });
  }
  return ordered.length;
}

async function erasable(client: DynamoDbClient, tableName: string, accountId: string): Promise<Item[]> {
  const items = await itemsOf(client, tableName, { S: `ACCOUNT#${accountId}` });
  return items.filter((item) => !isSortKey(item, 'USAGEKEY') && !isSortKey(item, ERASED));
}

async function itemsOf(client: DynamoDbClient, TableName: string, pk: { S: string }): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page: { Items: Item[]; LastEvaluatedKey?: Item } = await client.send('Query', {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
    });
    items.push(...page.Items);
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** Partition keys of the customers that pay for the account. */
function customersOf(item: Item): { S: string }[] {
  const names = isSortKey(item, 'BILLING') && item.customers && 'L' in item.customers ? item.customers.L : [];
  return names.flatMap((name) => ('S' in name ? [{ S: `CUSTOMER#${name.S}` }] : []));
}

function isSortKey(item: Item, sortKey: string): boolean {
  return item.sk !== undefined && 'S' in item.sk && item.sk.S === sortKey;
}
