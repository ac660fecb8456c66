import { DynamoDbBillingTable } from '../billing/dynamodb-billing-table';
import { EventBridgeBus } from '../billing-webhook/event-bridge-bus';
import { serviceClient } from '../billing-webhook/services';
import { clientFromEnvironment } from '../store/client-from-environment';
import { IndexedOutboxes, sweep } from './sweep';

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is missing`);
  return value;
}

const client = clientFromEnvironment(process.env);
const tableName = variable('ACCOUNT_TABLE');

export const handler = async (): Promise<void> => {
  await sweep({
    outboxes: new IndexedOutboxes(client, tableName, variable('OUTBOX_INDEX')),
    table: new DynamoDbBillingTable(client, tableName),
    bus: new EventBridgeBus(serviceClient('EVENTBRIDGE', process.env), variable('EVENT_BUS')),
    log: (line) => void process.stdout.write(`${line}\n`),
  });
};
