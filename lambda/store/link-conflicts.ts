import type { BillingMessage } from '../../lib/domain/billing/fact';
import type { LinkConflict } from '../../lib/domain/billing/link-conflict';
import type { AttributeValue, DynamoDbClient, Item } from './dynamodb-client';

/** A payment that was kept from an account, for a person to decide on. */
export interface KeptConflict {
  readonly provider: string;
  readonly customer: string;
  /** Whom the checkout was for; absent where it was not said. */
  readonly account?: string;
  readonly conflict: LinkConflict;
  /** By which it is found at the provider: an event, a checkout session, or a subscription. */
  readonly source: string;
  /** Instants in milliseconds since the epoch. */
  readonly since: number;
  readonly keptUntil: number;
}

/** Items read at once: each request has to be answered within the client's time. */
const PAGE = 250;

/**
 * Conflicts that nothing has settled since, oldest first. Reads the whole table: they are too rare for an index.
 *
 * @param now milliseconds since the epoch
 * @throws StoreFault
 */
export async function listLinkConflicts(
  client: Pick<DynamoDbClient, 'send'>,
  TableName: string,
  now: number,
): Promise<readonly KeptConflict[]> {
  const kept: KeptConflict[] = [];
  let start: Item | undefined;
  do {
    const page: { Items: Item[]; LastEvaluatedKey?: Item } = await client.send('Scan', {
      TableName,
      Limit: PAGE,
      FilterExpression: 'begins_with(sk, :conflict)',
      ExpressionAttributeValues: { ':conflict': { S: 'CONFLICT#' } },
      ...(start && { ExclusiveStartKey: start }),
    });
    for (const item of page.Items) {
      const conflict = fromItem(item);
      // What has expired is deleted within days.
      if (conflict.keptUntil <= now) continue;
      if (!(await isSettled(client, TableName, conflict))) kept.push(conflict);
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return kept.sort((a, b) => a.since - b.since);
}

/** The customer was linked to the account after all. */
async function isSettled(
  client: Pick<DynamoDbClient, 'send'>,
  TableName: string,
  { provider, customer, account, conflict }: KeptConflict,
): Promise<boolean> {
  if (account === undefined || conflict === 'other_mode') return false;
  const { Item } = await client.send<{ Item?: Item }>('GetItem', {
    TableName,
    Key: { pk: { S: `CUSTOMER#${provider}#${customer}` }, sk: { S: 'LINK' } },
    ConsistentRead: true,
  });
  return Item !== undefined && (JSON.parse(text(Item.link)) as { account: string }).account === account;
}

function fromItem(item: Item): KeptConflict {
  const [, provider = '', customer = ''] = text(item.pk).split('#');
  const { link } = JSON.parse(text(item.message)) as BillingMessage;
  return {
    provider,
    customer,
    ...(link !== undefined && { account: link }),
    conflict: text(item.conflict) as LinkConflict,
    source: text(item.sk).slice('CONFLICT#'.length),
    since: count(item.parkedAt),
    keptUntil: count(item.expiresAt) * 1_000,
  };
}

function text(value: AttributeValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : '';
}

function count(value: AttributeValue | undefined): number {
  return value !== undefined && 'N' in value ? Number(value.N) : 0;
}
