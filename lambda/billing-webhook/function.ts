import type { APIGatewayProxyEvent, APIGatewayProxyResult, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AccountBilling, DynamoDbBillingTable, StripeApi } from '../billing';
import { stripeEndpoint } from '../billing/stripe/client';
import { clientFromEnvironment } from '../store/client-from-environment';
import { EventBridgeBus } from './event-bridge-bus';
import { SqsFailedEvents } from './failed-events';
import { BillingWebhookHandler } from './handler';
import type { Provider } from './provider';
import { replay } from './replay';
import { SecretCache, SecretsManager } from './secret-cache';
import { serviceClient } from './services';
import { readSettings } from './settings';
import { StandardProvider } from './standard-provider';
import { StripeProvider } from './stripe-provider';

export interface FunctionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly catalogue: CatalogueDefinition;
  readonly clock: () => number;
  readonly log: (line: string) => void;
}

export type WebhookFunction = (
  event: APIGatewayProxyEvent | SQSEvent,
) => Promise<APIGatewayProxyResult | SQSBatchResponse>;

/** Puts the function together from its environment. */
export function createFunction({ env, catalogue, clock, log }: FunctionContext): WebhookFunction {
  const settings = readSettings(env);
  const table = new DynamoDbBillingTable(clientFromEnvironment(env), settings.tableName, clock);
  const ports = {
    table,
    accounts: new AccountBilling(table, { ...settings.terms, plans: catalogue.plans }, clock),
    bus: new EventBridgeBus(serviceClient('EVENTBRIDGE', env), settings.eventBusName),
  };
  const secrets = new SecretCache(
    new SecretsManager(serviceClient('SECRETS_MANAGER', env)),
    clock,
    (message) => log(JSON.stringify({ level: 'WARN', message })),
  );
  const connect = (apiKey: string): StripeApi => new StripeApi({ apiKey, ...stripeEndpoint(env) });
  const providers: Provider[] = [
    ...(settings.stripe ? [new StripeProvider(settings.stripe, secrets, ports, connect)] : []),
    ...(settings.standard ? [new StandardProvider(settings.standard.signingSecrets, secrets, ports)] : []),
  ];
  const { handle } = new BillingWebhookHandler({
    providers,
    failed: new SqsFailedEvents(serviceClient('SQS', env), settings.queueUrl),
    clock,
    log,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME ?? '',
  });
  return (event) => ('Records' in event ? replay(event, { providers, log }) : handle(event));
}
