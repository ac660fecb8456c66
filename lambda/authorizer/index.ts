import { clientFromEnvironment } from '../store/client-from-environment';
import { DynamoDbAccountStore } from '../store/dynamodb-account-store';
import { DynamoDbImportedKeys } from '../store/imported-keys';
import { createHandler } from './handler';
import { readSettings } from './settings';

const settings = readSettings(process.env, __dirname);

const client = clientFromEnvironment(process.env);

export const handler = createHandler(settings, {
  store: new DynamoDbAccountStore(client, settings.tableName),
  importedKeys: new DynamoDbImportedKeys(client, settings.tableName),
  env: process.env,
  clock: Date.now,
  // Not console.log: its prefix would hide the embedded metric from CloudWatch.
  log: (line) => void process.stdout.write(`${line}\n`),
});
