import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AccountTableProps } from './account-table-props';
import type { IAccountTable } from './i-account-table';

const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const MANAGE_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];
/** Partition keys of accounts; links, parked facts and imported keys have others. */
const ACCOUNT_KEYS = 'ACCOUNT#*';
const IMPORTED_KEYS = 'IMPORTED#*';

abstract class AccountTableBase extends Construct implements IAccountTable {
  public abstract readonly table: dynamodb.ITable;

  public get tableName(): string {
    return this.table.tableName;
  }

  public get tableArn(): string {
    return this.table.tableArn;
  }

  public grantAuthorize(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['dynamodb:GetItem', 'dynamodb:UpdateItem'], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [ACCOUNT_KEYS] },
    });
  }

  public grantReadImportedKeys(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, ['dynamodb:GetItem'], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [IMPORTED_KEYS] },
    });
  }

  public grantReadAccounts(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, READ_ACTIONS);
  }

  public grantManageAccounts(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, MANAGE_ACTIONS);
  }

  private grant(
    grantee: iam.IGrantable,
    actions: string[],
    conditions?: Record<string, Record<string, unknown>>,
  ): iam.Grant {
    this.table.encryptionKey?.grantEncryptDecrypt(grantee);
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.tableArn], conditions });
  }
}

/**
 * The table of accounts, keys and subscriptions: on demand, with point-in-time recovery and deletion protection,
 * retained when the stack is deleted.
 *
 * One table holds every item; `pk` and `sk` are its keys, `expiresAt` (seconds since the epoch) its time to live.
 */
export class AccountTable extends AccountTableBase {
  /** A table that exists, by its name in this account and Region. */
  public static fromTableName(scope: Construct, id: string, tableName: string): IAccountTable {
    return new ImportedAccountTable(scope, id, (self) =>
      dynamodb.Table.fromTableName(self, 'Resource', tableName),
    );
  }

  /**
   * A table that the seller made: a global table, or one with streams or replicas of its own. It needs the string
   * keys `pk` and `sk`.
   */
  public static fromTable(scope: Construct, id: string, table: dynamodb.ITable): IAccountTable {
    return new ImportedAccountTable(scope, id, () => table);
  }

  public readonly table: dynamodb.ITable;

  constructor(scope: Construct, id: string, props: AccountTableProps = {}) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Resource', {
      tableName: props.tableName,
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery ?? true },
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      ...(props.encryptionKey && {
        encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: props.encryptionKey,
      }),
    });
  }
}

class ImportedAccountTable extends AccountTableBase {
  public readonly table: dynamodb.ITable;

  constructor(scope: Construct, id: string, table: (self: Construct) => dynamodb.ITable) {
    super(scope, id);
    this.table = table(this);
  }
}
