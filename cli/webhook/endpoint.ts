import { AwsJsonClient, ServiceFault } from '../../lambda/billing-webhook/aws-json-client';
import { SecretsManager } from '../../lambda/billing-webhook/secret-cache';
import { readSettings } from '../../lambda/billing-webhook/settings';
import type { WebhookFunction } from '../deployment/webhook-function';
import { errors } from '../errors';
import { stripeSignature } from './stripe/sign';
import type { StripeEvent } from './stripe/stripe-objects';

/** What an endpoint has answered to one event. */
export interface Delivery {
  readonly status: number;
  /** `applied`, `parked`, `ignored`...; of a refusal its code. */
  readonly outcome: string;
}

/** An endpoint for events of Stripe, with what its sender has to know. */
export interface StripeEndpoint {
  /** Signs sessions that link a customer to an account. */
  readonly linkSecret: string;
  readonly livemode: boolean;
  /** @param at instant of the signature, milliseconds since the epoch */
  deliver(event: StripeEvent, at: number): Promise<Delivery>;
}

/**
 * The endpoint of a local engine, and its secrets as the function itself would read them.
 *
 * @param stageUrl URL of the stage, with a trailing slash
 * @throws CliError `NoStripeEndpoint` or `SecretMissing`
 */
export async function openStripeEndpoint(
  webhook: WebhookFunction,
  stageUrl: string,
): Promise<StripeEndpoint> {
  const { stripe } = readSettings(webhook.environment);
  const path = webhook.metadata.paths.stripe;
  if (!stripe || path === undefined) throw errors.noStripeEndpoint(webhook.logicalId);
  const credentials = await webhook.credentials();
  const client = new AwsJsonClient({
    service: 'secretsmanager',
    target: 'secretsmanager',
    protocolVersion: '1.1',
    region: webhook.region,
    endpoint: webhook.endpoint('secrets_manager'),
    credentials: () => credentials,
  });
  try {
    const secrets = new SecretsManager(client);
    const signingSecret = await read(secrets, stripe.signingSecrets[0] ?? '');
    const linkSecret = await read(secrets, stripe.linkSecrets[0] ?? '');
    // Without it the function would take no event, and not be able to tell why.
    if (stripe.apiKey !== undefined) await read(secrets, stripe.apiKey);
    const url = new URL(path.slice(1), stageUrl).href;
    return {
      linkSecret,
      livemode: !stripe.testMode,
      deliver: (event, at) => deliver(url, event, signingSecret, at),
    };
  } finally {
    client.close();
  }
}

async function read(secrets: SecretsManager, id: string): Promise<string> {
  try {
    return await secrets.fetch(id);
  } catch (error) {
    if (error instanceof ServiceFault && error.transient) throw error;
    throw errors.secretMissing(id, error);
  }
}

async function deliver(url: string, event: StripeEvent, secret: string, at: number): Promise<Delivery> {
  const body = JSON.stringify(event);
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Stripe-Signature': stripeSignature(body, secret, at),
    },
    body,
  });
  return { status: answer.status, outcome: outcomeOf(await answer.text()) };
}

function outcomeOf(text: string): string {
  try {
    const { outcome, code, message } = JSON.parse(text) as Record<string, unknown>;
    return String(outcome ?? code ?? message ?? '');
  } catch {
    // Whatever has answered, it was not the function.
    return '';
  }
}
