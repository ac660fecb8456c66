import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** The table of accounts, keys and subscriptions, made here or elsewhere. */
export interface IAccountTable extends IConstruct {
  /** The DynamoDB table. */
  readonly table: dynamodb.ITable;
  /** Name of the table. */
  readonly tableName: string;
  /** ARN of the table. */
  readonly tableArn: string;

  /**
   * What the authorizer needs: to read an account and to take units from it (`GetItem` and `UpdateItem`, on the
   * items of accounts only).
   */
  grantAuthorize(grantee: iam.IGrantable): iam.Grant;

  /** Whom keys of an earlier system belong to: `GetItem` on the items of imported keys only. */
  grantReadImportedKeys(grantee: iam.IGrantable): iam.Grant;

  /** To look at accounts, keys and billing: support, reports. */
  grantReadAccounts(grantee: iam.IGrantable): iam.Grant;

  /** To create and change accounts and keys: the operator's CLI, a sign-up function. */
  grantManageAccounts(grantee: iam.IGrantable): iam.Grant;
}
