import type { BillingTerms } from '../../lib/domain/billing/terms';
import type { StripeSettings } from './stripe-provider';

/** What the construct tells the function, as JSON in one environment variable. */
export interface WebhookSettings {
  readonly tableName: string;
  readonly eventBusName: string;
  readonly queueUrl: string;
  readonly terms: Omit<BillingTerms, 'plans'>;
  readonly stripe?: StripeSettings;
  readonly standard?: { readonly signingSecrets: readonly string[] };
}

/** @throws Error when the variable is missing: the function was not made by `BillingWebhook` */
export function readSettings(env: Readonly<Record<string, string | undefined>>): WebhookSettings {
  const settings = env.BILLING_SETTINGS;
  if (!settings) throw new Error('environment variable BILLING_SETTINGS is missing');
  return JSON.parse(settings) as WebhookSettings;
}
