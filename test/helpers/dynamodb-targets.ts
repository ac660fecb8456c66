import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { missingJava, startDynamoDbLocal } from './dynamodb-local';
import { hasJudge } from './judges';

export interface RunningDynamoDb {
  /** Base URL on the loopback interface. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** A DynamoDB that keeps its tables in memory; each start is an empty one. */
export interface DynamoDbTarget {
  readonly name: string;
  /** Whether a failed condition answers with the old item when asked to. */
  readonly returnsItemOfFailedCondition: boolean;
  start(): Promise<RunningDynamoDb>;
}

export const REGION = 'eu-central-1';

/** DynamoDB Local accepts letters and digits only. */
export const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };

// The package has no types.
const dynalite = createRequire(__filename)('dynalite') as (options: {
  createTableMs: number;
  deleteTableMs: number;
  updateTableMs: number;
}) => Server;

const dynaliteTarget: DynamoDbTarget = {
  name: 'dynalite',
  returnsItemOfFailedCondition: false,
  async start() {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      async stop() {
        // Clients keep their sockets open, and a server waits for them.
        server.closeAllConnections();
        await new Promise<void>((resolve, reject) =>
          server.close((error) => (error ? reject(error) : resolve())),
        );
      },
    };
  },
};

/** For `describe.each(dynamoDbTargets)('... on $name', ({ start }) => ...)`. */
export const dynamoDbTargets: readonly DynamoDbTarget[] = [dynaliteTarget, ...dynamoDbLocalTarget()];

function dynamoDbLocalTarget(): DynamoDbTarget[] {
  if (!hasJudge('DynamoDB Local', missingJava)) return [];
  return [{ name: 'DynamoDB Local', returnsItemOfFailedCondition: true, start: startDynamoDbLocal }];
}

/** Creates a table with the keys of `AccountTable`. */
export async function createAccountsTable(endpoint: string, tableName: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  } finally {
    client.destroy();
  }
}
