import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAccountsTable, CREDENTIALS, dynamoDbTargets, REGION } from '../helpers/dynamodb-targets';

describe.each(dynamoDbTargets)('accounts table on $name', ({ start }) => {
  test('is active at once, with the keys of the account table', async () => {
    const db = await start();
    const client = new DynamoDBClient({ endpoint: db.endpoint, region: REGION, credentials: CREDENTIALS });
    try {
      await createAccountsTable(db.endpoint, 'accounts');
      const { Table } = await client.send(new DescribeTableCommand({ TableName: 'accounts' }));
      expect(Table).toMatchObject({
        TableStatus: 'ACTIVE',
        KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }],
      });
    } finally {
      client.destroy();
      await db.stop();
    }
  });
});
