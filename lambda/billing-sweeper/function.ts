import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AccountBilling, DynamoDbBillingTable } from '../billing';
import { EventBridgeBus } from '../billing-webhook/event-bridge-bus';
import { serviceClient } from '../billing-webhook/services';
import { readSettings } from '../billing-webhook/settings';
import { clientFromEnvironment } from '../store/client-from-environment';
import { IndexedOutboxes, sweep } from './sweep';

export interface FunctionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly catalogue: CatalogueDefinition;
  readonly clock: () => number;
  readonly log: (line: string) => void;
}

/** @returns the function; it throws when events could not be published, so that the run counts as an error */
export function createFunction({ env, catalogue, clock, log }: FunctionContext): () => Promise<void> {
  const { tableName, eventBusName, terms } = readSettings(env);
  const { OUTBOX_INDEX: indexName } = env;
  if (!indexName) throw new Error('environment variable OUTBOX_INDEX is missing');
  const client = clientFromEnvironment(env);
  const table = new DynamoDbBillingTable(client, tableName, clock);
  const ports = {
    outboxes: new IndexedOutboxes(client, tableName, indexName),
    table,
    accounts: new AccountBilling(table, { ...terms, plans: catalogue.plans }, clock),
    bus: new EventBridgeBus(serviceClient('EVENTBRIDGE', env), eventBusName),
    clock,
    log,
  };
  return async () => void (await sweep(ports));
}
