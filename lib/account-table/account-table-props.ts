import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/** Props of `AccountTable`. */
export interface AccountTableProps {
  /**
   * Name of the table.
   *
   * @default - chosen by CloudFormation
   */
  readonly tableName?: string;

  /**
   * What becomes of the table, and with it of every account, when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether DynamoDB refuses to delete the table.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether the table can be restored to any second of the last 35 days.
   *
   * @default true
   */
  readonly pointInTimeRecovery?: boolean;

  /**
   * Customer managed key to encrypt the table with. Every grant includes the use of the key.
   *
   * @default - the key that DynamoDB owns
   */
  readonly encryptionKey?: kms.IKey;
}
