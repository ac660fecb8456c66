import { importedKeyItems } from './import-key';
import type { DynamoDbClient, Item } from './dynamodb-client';

/**
 * Deletes an account and everything about it: access first, so that nothing is served meanwhile; then the links of
 * its customers and what is parked for them; then whom imported keys belong to,
 * keys and billing. Repeating it finishes what a crash left.
 *
 * The record of its API Gateway key stays: the provisioner deletes it together with the key, which would otherwise be
 * an orphan.
 *
 * Erase the account before its customer at the payment provider: an event that arrives later is parked and expires.
 *
 * @returns number of items that were deleted; 0: there was nothing
 */
export async function eraseAccount(
  client: DynamoDbClient,
  tableName: string,
  accountId: string,
): Promise<number> {
  const partition = { S: `ACCOUNT#${accountId}` };
  const items = (await itemsOf(client, tableName, partition)).filter((item) => !isSortKey(item, 'USAGEKEY'));
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
