import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AccountBilling, Billing, DynamoDbBillingTable, StripeApi, StripeInbox } from '../billing';
import { stripeEndpoint } from '../billing/stripe/client';
import { StripeListing } from '../billing/stripe/listing';
import { EventBridgeBus } from '../billing-webhook/event-bridge-bus';
import { LinkSecrets } from '../billing-webhook/link-secrets';
import { SecretCache, SecretsManager } from '../billing-webhook/secret-cache';
import { serviceClient } from '../billing-webhook/services';
import { readSettings } from '../billing-webhook/settings';
import { clientFromEnvironment } from '../store/client-from-environment';
import { wholeNumber } from '../store/variables';
import { ScannedAccounts } from './billed-accounts';
import { Pace } from './pace';
import type { ReconcilerPorts } from './ports';
import { DynamoDbProgress } from './progress';
import { failedLine, repairedLine, summaryLine } from './reconciler-log';
import { reconcile } from './reconcile';
import { walkOf } from './walks';

/** Far below the 25 reads a second that Stripe allows in its test mode, 100 with real money. */
const PACE_MS = 100;
/** What a batch of repairs may take, with all its calls. */
const RESERVE_MS = 120_000;

export interface FunctionContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly catalogue: CatalogueDefinition;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/** What Lambda says of a run. */
export interface RunContext {
  getRemainingTimeInMillis(): number;
}

/** @returns the function; it throws when something could not be reconciled, so that the run counts as an error */
export function createFunction(context: FunctionContext): (event: unknown, run: RunContext) => Promise<void> {
  const { env, clock, sleep, log } = context;
  const settings = readSettings(env);
  const client = clientFromEnvironment(env);
  const progress = new DynamoDbProgress(client, settings.tableName);
  const everyMs = wholeNumber(env, 'RECONCILE_EVERY_MS');
  const connect = connector(context);
  return async (_event, run) => {
    let ports: Promise<ReconcilerPorts> | undefined;
    const summary = await reconcile({
      progress,
      everyMs,
      clock,
      sleep,
      isLate: () => run.getRemainingTimeInMillis() < RESERVE_MS,
      walk: (phase, pass) =>
        async function* walk(after) {
          // Most runs find nothing due: they fetch no secret.
          yield* walkOf(phase, pass, await (ports ??= connect()))(after);
        },
      onRepaired: (finding) => log(repairedLine(finding)),
      onFailed: (what, error) => log(failedLine(what, error)),
    });
    if (summary.checked > 0) log(summaryLine(summary, env.AWS_LAMBDA_FUNCTION_NAME ?? '', clock()));
    if (summary.failed > 0) throw new Error(`${summary.failed} things could not be reconciled`);
  };
}

/** The ports of a run: secrets are fetched anew each time, so that a rotated key is used at once. */
function connector({ env, catalogue, clock, sleep }: FunctionContext): () => Promise<ReconcilerPorts> {
  const settings = readSettings(env);
  const { stripe } = settings;
  if (stripe?.apiKey === undefined) throw new Error('there is no Stripe API key to reconcile with');
  const apiKeyId = stripe.apiKey;
  const client = clientFromEnvironment(env);
  const secrets = new SecretsManager(serviceClient('SECRETS_MANAGER', env));
  const table = new DynamoDbBillingTable(client, settings.tableName, clock);
  const accounts = new AccountBilling(table, { ...settings.terms, plans: catalogue.plans }, clock);
  const bus = new EventBridgeBus(serviceClient('EVENTBRIDGE', env), settings.eventBusName);
  const pace = new Pace(PACE_MS, clock, sleep);
  return async () => {
    const apiKey = (await secrets.fetch(apiKeyId)).trim();
    const linkSecrets = await new LinkSecrets(
      new SecretCache(secrets, clock, () => undefined),
      stripe.linkSecrets,
    ).all();
    const options = { apiKey, ...stripeEndpoint(env) };
    const api = new StripeApi({ ...options, sleep });
    const listing = new StripeListing(options);
    const source = {
      fetch: (unsettled: Parameters<StripeApi['fetch']>[0]) => pace.turn(() => api.fetch(unsettled)),
    };
    const billing = new Billing({ table, accounts, bus, source });
    return {
      table,
      accounts,
      billing,
      inbox: new StripeInbox(billing, linkSecrets, {
        payerOf: (reversal) => pace.turn(() => api.payerOf(reversal)),
      }),
      listing: {
        subscriptions: (after) => pace.turn(() => listing.subscriptions(after)),
        events: (window, after) => pace.turn(() => listing.events(window, after)),
      },
      source,
      billedAccounts: new ScannedAccounts(client, settings.tableName),
      linkSecrets,
      testMode: stripe.testMode,
      clock,
    };
  };
}
