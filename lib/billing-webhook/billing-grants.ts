import * as iam from 'aws-cdk-lib/aws-iam';
import type { IAccountTable } from '../account-table/i-account-table';

/**
 * What a function needs that applies facts: items of accounts and customers, and none of the keys beside them.
 *
 * @param more patterns of partition keys of its own
 */
export function grantBilling(
  grantee: iam.IGrantable,
  accountTable: IAccountTable,
  more: string[] = [],
): void {
  accountTable.table.encryptionKey?.grantEncryptDecrypt(grantee);
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map((name) => `dynamodb:${name}`),
    resourceArns: [accountTable.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*', 'CUSTOMER#*', ...more] },
    },
  });
}
