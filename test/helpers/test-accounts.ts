import { randomBytes } from 'node:crypto';
import { chooseAuthorizer, type AuthorizerFunction, type Deployment } from '../../cli/deployment/deployment';
import { AccountAdmin, DynamoDbClient } from '../../lambda/store';
import { UNLIMITED_ACCESS, type Access } from '../../lib/domain/access';
import type { AccountRecord } from '../../lib/domain/account';

export interface TestAccount {
  readonly id: string;
  readonly key: string;
}

/** Makes and changes accounts of the quick start, as the seller's own systems would: by writes to the table. */
export class TestAccounts {
  private readonly client: DynamoDbClient;
  private readonly table: string;
  private readonly admin: AccountAdmin;

  private constructor(private readonly authorizer: AuthorizerFunction) {
    this.table = authorizer.environment.ACCOUNT_TABLE ?? '';
    this.client = new DynamoDbClient({ ...authorizer.database, timeoutMs: 10_000 });
    this.admin = new AccountAdmin(this.client, this.table);
  }

  static async open(deployment: Deployment): Promise<TestAccounts> {
    return new TestAccounts(await chooseAuthorizer(deployment, undefined));
  }

  /** An account of a new name, with a key. */
  async create(plan: string | undefined, access: Access = UNLIMITED_ACCESS): Promise<TestAccount> {
    const id = `story${randomBytes(6).toString('hex')}`;
    await this.admin.createAccount({ accountId: id, plan, access });
    const { key } = await this.admin.createKey(id, {
      prefix: this.authorizer.catalogue.keyPrefix,
      label: 'story',
      scopes: [],
      createdBy: 'test',
    });
    return { id, key };
  }

  /** What a payment does in the end: access is open until the instant, milliseconds since the epoch. */
  async pay(id: string, plan: string, accessUntil: number): Promise<void> {
    await this.admin.changeAccess(id, plan, { accessUntil, lapseReason: 'payment_failed' });
  }

  /** Sets the units that are left of the account's open period. */
  async setRemaining(id: string, remaining: number): Promise<void> {
    await this.client.send('UpdateItem', {
      TableName: this.table,
      Key: { pk: { S: `ACCOUNT#${id}` }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET remaining = :remaining',
      ConditionExpression: 'periodEnd > :now',
      ExpressionAttributeValues: { ':remaining': { N: `${remaining}` }, ':now': { N: `${Date.now()}` } },
    });
  }

  async find(id: string): Promise<AccountRecord> {
    const account = await this.admin.findAccount(id);
    if (!account) throw new Error(`there is no account ${id}`);
    return account;
  }

  close(): void {
    this.client.close();
  }
}
