import { clientFromEnvironment } from '../store/client-from-environment';
import { DynamoDbAccountStore } from '../store/dynamodb-account-store';
import { createHandler } from './handler';
import { readSettings } from './settings';

const settings = readSettings(process.env, __dirname);

export const handler = createHandler(settings, {
  store: new DynamoDbAccountStore(clientFromEnvironment(process.env), settings.tableName),
  clock: Date.now,
  // Not console.log: its prefix would hide the embedded metric from CloudWatch.
  log: (line) => void process.stdout.write(`${line}\n`),
});
