import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { AccountTable, type IAccountTable } from '../../lib';
import { newStack } from './harness';

const TABLE = 'AWS::DynamoDB::Table';

function role(stack: Stack): iam.Role {
  return new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

test('by default the table is safe: on demand, restorable, protected, retained', () => {
  const stack = newStack();
  new AccountTable(stack, 'Accounts');
  Template.fromStack(stack).hasResource(TABLE, {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: Match.absent(),
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: Match.absent(),
    },
  });
});

test('a demonstration may relax it', () => {
  const stack = newStack();
  new AccountTable(stack, 'Accounts', {
    tableName: 'accounts',
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    pointInTimeRecovery: false,
  });
  Template.fromStack(stack).hasResource(TABLE, {
    DeletionPolicy: 'Delete',
    Properties: {
      TableName: 'accounts',
      DeletionProtectionEnabled: false,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    },
  });
});

describe('grants', () => {
  test.each<[string, (table: IAccountTable, grantee: iam.IGrantable) => iam.Grant, string[]]>([
    ['grantAuthorize', (t, g) => t.grantAuthorize(g), ['dynamodb:GetItem', 'dynamodb:UpdateItem']],
    [
      'grantReadAccounts',
      (t, g) => t.grantReadAccounts(g),
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    ],
    [
      'grantManageAccounts',
      (t, g) => t.grantManageAccounts(g),
      [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
    ],
  ])('%s allows these actions on this table only', (_, grant, actions) => {
    const stack = newStack();
    const table = new AccountTable(stack, 'Accounts');
    const granted = grant(table, role(stack));
    expect(granted.success).toBe(true);
    const [statement] = granted.principalStatements;
    expect(statement!.actions).toEqual(actions);
    expect(stack.resolve(statement!.resources)).toEqual([stack.resolve(table.tableArn)]);
  });

  test('the authorizer reaches the items of accounts only', () => {
    const stack = newStack();
    const { principalStatements } = new AccountTable(stack, 'Accounts').grantAuthorize(role(stack));
    expect(principalStatements[0]!.conditions).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*'] },
    });
  });

  test('a customer managed key is used for the table and granted with it', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    new AccountTable(stack, 'Accounts', { encryptionKey }).grantAuthorize(role(stack));
    const template = Template.fromStack(stack);
    template.hasResourceProperties(TABLE, {
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: stack.resolve(encryptionKey.keyArn),
      },
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Decrypt', 'kms:GenerateDataKey*']),
            Resource: stack.resolve(encryptionKey.keyArn),
          }),
        ]),
      }),
    });
  });
});

describe('a table that exists', () => {
  test('is imported by name, creates nothing and can be granted', () => {
    const stack = newStack();
    const table = AccountTable.fromTableName(stack, 'Accounts', 'their-accounts');
    table.grantReadAccounts(role(stack));
    expect(table.tableName).toBe('their-accounts');
    const template = Template.fromStack(stack);
    template.resourceCountIs(TABLE, 0);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Resource: stack.resolve(table.tableArn) })],
      }),
    });
  });

  test('may be a global table of the seller', () => {
    const stack = newStack();
    const global = new dynamodb.TableV2(stack, 'Global', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    });
    const table = AccountTable.fromTable(stack, 'Accounts', global);
    expect(table.table).toBe(global);
    expect(table.tableArn).toBe(global.tableArn);
  });
});
