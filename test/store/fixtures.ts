import { NEVER, type AccountRecord } from '../../lib/domain/account';
import { accountKey, toAccountItem } from '../../lambda/store/account-item';
import { DynamoDbAccountStore } from '../../lambda/store/dynamodb-account-store';
import { DynamoDbClient, type Item } from '../../lambda/store/dynamodb-client';
import {
  createAccountsTable,
  CREDENTIALS,
  REGION,
  type DynamoDbTarget,
  type RunningDynamoDb,
} from '../helpers/dynamodb-targets';

export const TABLE = 'accounts';
export const NOW = Date.parse('2026-11-22T12:00:00Z');
export const PERIOD_END = Date.parse('2026-12-01T00:00:00Z');

/** A fingerprint as `fingerprintOf` makes it: its `-` and `_` need a placeholder in expressions. */
export const FINGERPRINT = '-dC_2kXz1mYb7Qe0R9tLhV4wUo8sJ6pNfGa3iKcD5xE';

export function buildAccount(overrides: Partial<AccountRecord> = {}): AccountRecord {
  return {
    accountId: 'acme',
    plan: 'pro',
    planRev: 3,
    accessUntil: NOW + 1,
    lapseReason: 'payment_failed',
    anchorAt: 5,
    periodId: 'month-20261101T000000Z',
    periodEnd: PERIOD_END,
    remaining: 10,
    keys: { [FINGERPRINT]: { expiresAt: NEVER, scopes: ['billing'] } },
    usageKey: 'usage-key-of-acme',
    suspended: false,
    ...overrides,
  };
}

/** A started target with an empty accounts table and a client on it. */
export class AccountsTable {
  readonly store: DynamoDbAccountStore;

  private constructor(
    private readonly db: RunningDynamoDb,
    readonly client: DynamoDbClient,
  ) {
    this.store = new DynamoDbAccountStore(client, TABLE);
  }

  static async on(target: DynamoDbTarget): Promise<AccountsTable> {
    const db = await target.start();
    await createAccountsTable(db.endpoint, TABLE);
    return new AccountsTable(db, clientOf(db.endpoint));
  }

  async put(account: AccountRecord): Promise<void> {
    await this.putItem(toAccountItem(account));
  }

  /** The item as stored, with attributes that no record shows. */
  async item(accountId = 'acme'): Promise<Item> {
    const input = { TableName: TABLE, Key: accountKey(accountId), ConsistentRead: true };
    return (await this.client.send<{ Item: Item }>('GetItem', input)).Item;
  }

  async putItem(item: Item): Promise<void> {
    await this.client.send('PutItem', { TableName: TABLE, Item: item });
  }

  async close(): Promise<void> {
    this.client.close();
    await this.db.stop();
  }
}

export function clientOf(endpoint: string, timeoutMs = 20_000): DynamoDbClient {
  return new DynamoDbClient({ region: REGION, endpoint, credentials: () => CREDENTIALS, timeoutMs });
}
