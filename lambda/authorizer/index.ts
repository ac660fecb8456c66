import { DynamoDbAccountStore } from '../store/dynamodb-account-store';
import { DynamoDbClient } from '../store/dynamodb-client';
import { createHandler } from './handler';
import { readSettings } from './settings';

const settings = readSettings(process.env, __dirname);

const client = new DynamoDbClient({
  region: settings.region,
  endpoint: settings.endpoint,
  // Read at each request: Lambda replaces the session's credentials in long-lived environments.
  credentials: () => ({
    accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: process.env.AWS_SESSION_TOKEN,
  }),
});

export const handler = createHandler(settings, {
  store: new DynamoDbAccountStore(client, settings.tableName),
  clock: Date.now,
  // Not console.log: its prefix would hide the embedded metric from CloudWatch.
  log: (line) => void process.stdout.write(`${line}\n`),
});
