import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({ maxAttempts: 1 });

export async function decideOnce(): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: 'accounts',
      Key: { pk: { S: 'ACCOUNT#acme' }, sk: { S: 'ACCOUNT' } },
      UpdateExpression: 'SET remaining = remaining - :one',
      ConditionExpression: 'remaining >= :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }),
  );
}
