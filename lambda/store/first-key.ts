import { randomBytes } from 'node:crypto';
import { NEVER } from '../../lib/domain/account';
import { composeKey, fingerprintOf, SECRET_BYTES } from '../../lib/domain/key';
import type { NewKey } from './account-admin';
import { accountKey, toGrant } from './account-item';
import { ConditionFailed, StoreFault, type DynamoDbClient } from './dynamodb-client';
import { keyItemKey, toKeyItem } from './key-item';

/** Attempts at the one write; each failure was an answer that got lost, or a store that is away. */
const MAX_ATTEMPTS = 3;

export type FirstKey =
  | { readonly kind: 'made'; readonly key: string }
  | { readonly kind: 'made-before' }
  | { readonly kind: 'no-account' };

/**
 * Makes the first key of an account that was sold, once and never again: the key and the mark that there was one are
 * one write, so that no crash leaves the one without the other. The mark names the key, so that a write whose answer
 * was lost is recognised as ours when it is repeated.
 *
 * @throws StoreFault when the store stays out of reach
 */
export async function makeFirstKey(
  client: Pick<DynamoDbClient, 'send'>,
  tableName: string,
  accountId: string,
  { prefix, label, scopes, createdBy }: Omit<NewKey, 'expiresAt'>,
  now: number,
): Promise<FirstKey> {
  const key = composeKey(prefix, accountId, randomBytes(SECRET_BYTES));
  const fingerprint = fingerprintOf(key);
  const record = { fingerprint, label, createdAt: now, createdBy, expiresAt: NEVER, scopes };
  // The description first, as with every key.
  await client.send('PutItem', { TableName: tableName, Item: toKeyItem(accountId, record) });
  const result = await mark(client, tableName, accountId, fingerprint, toGrant(record));
  if (result === 'made') return { kind: 'made', key };
  await client.send('DeleteItem', { TableName: tableName, Key: keyItemKey(accountId, fingerprint) });
  return { kind: result };
}

async function mark(
  client: Pick<DynamoDbClient, 'send'>,
  TableName: string,
  accountId: string,
  fingerprint: string,
  grant: ReturnType<typeof toGrant>,
): Promise<FirstKey['kind']> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send('UpdateItem', {
        TableName,
        Key: accountKey(accountId),
        UpdateExpression: 'SET #keys.#fingerprint = :grant, firstKey = :fingerprint',
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(firstKey) OR firstKey = :fingerprint)',
        ExpressionAttributeNames: { '#keys': 'keys', '#fingerprint': fingerprint },
        ExpressionAttributeValues: { ':grant': grant, ':fingerprint': { S: fingerprint } },
      });
      return 'made';
    } catch (error) {
      if (error instanceof ConditionFailed) {
        const { Item } = await client.send<{ Item?: object }>('GetItem', {
          TableName,
          Key: accountKey(accountId),
          ConsistentRead: true,
        });
        return Item === undefined ? 'no-account' : 'made-before';
      }
      if (!(error instanceof StoreFault) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
