import { billingKey } from '../billing/billing-item';
import type { DynamoDbClient, Item } from '../store/dynamodb-client';
import type { BilledAccounts } from './ports';

/** Items read at once: each request has to be answered within the client's second. */
const PAGE = 250;

/** Reads the whole table, as no index names the accounts that pay: a daily walk is cheaper than an index. */
export class ScannedAccounts implements BilledAccounts {
  constructor(
    private readonly client: Pick<DynamoDbClient, 'send'>,
    private readonly tableName: string,
  ) {}

  async *list(after?: string): AsyncIterable<string> {
    let start = after === undefined ? undefined : billingKey(after);
    do {
      const page: Page = await this.client.send<Page>('Scan', {
        TableName: this.tableName,
        Limit: PAGE,
        FilterExpression: 'sk = :billing',
        ExpressionAttributeValues: { ':billing': billingKey('').sk },
        ProjectionExpression: 'pk',
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const { pk } of page.Items) if (pk !== undefined && 'S' in pk) yield pk.S.slice('ACCOUNT#'.length);
      start = page.LastEvaluatedKey;
    } while (start);
  }
}

interface Page {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}
