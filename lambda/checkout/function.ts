import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { randomBytes } from 'node:crypto';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AccountBilling, DynamoDbBillingTable } from '../billing';
import { stripeEndpoint } from '../billing/stripe/client';
import { EventBridgeBus } from '../billing-webhook/event-bridge-bus';
import { SecretCache, SecretsManager } from '../billing-webhook/secret-cache';
import { serviceClient } from '../billing-webhook/services';
import { CheckoutBook } from '../store/checkout-book';
import { clientFromEnvironment } from '../store/client-from-environment';
import { makeFirstKey } from '../store/first-key';
import { required } from '../store/variables';
import { PATIENCE, type Patience } from './deadline';
import { createCheckout } from './handler';
import { readSettings } from './settings';
import { Till } from './till';

export interface FunctionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly catalogue: CatalogueDefinition;
  readonly clock: () => number;
  readonly log: (line: string) => void;
  /** @default PATIENCE */
  readonly patience?: Patience;
}

/** Bytes of an account id: too many to be guessed, or to meet. */
const ACCOUNT_ID_BYTES = 12;

/** Puts the function together from its environment. */
export function createFunction({
  env,
  catalogue,
  clock,
  log,
  patience = PATIENCE,
}: FunctionContext): (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult> {
  const settings = readSettings(env);
  const { plans, keyPrefix } = catalogue;
  const { tableName } = settings;
  const client = clientFromEnvironment(env);
  const table = new DynamoDbBillingTable(client, tableName, clock);
  const secrets = new SecretCache(
    new SecretsManager(serviceClient('SECRETS_MANAGER', env)),
    clock,
    (message) => log(JSON.stringify({ level: 'WARN', message })),
  );
  const billing = {
    table,
    accounts: new AccountBilling(table, { ...settings.terms, plans }, clock),
    bus: new EventBridgeBus(serviceClient('EVENTBRIDGE', env), settings.eventBusName),
  };
  return createCheckout({
    settings,
    plans,
    table,
    book: new CheckoutBook(client, tableName, clock),
    till: new Till(settings.stripe, secrets, billing, {
      timeoutMs: patience.stripeMs,
      ...stripeEndpoint(env),
    }),
    makeFirstKey: (account) => {
      const key = {
        prefix: keyPrefix,
        label: 'first key',
        scopes: settings.firstKeyScopes,
        createdBy: 'claim',
      };
      return makeFirstKey(client, tableName, account, key, clock());
    },
    newAccountId: () => randomBytes(ACCOUNT_ID_BYTES).toString('hex'),
    clock,
    log,
    answerMs: patience.answerMs,
    functionName: required(env, 'AWS_LAMBDA_FUNCTION_NAME'),
  });
}
