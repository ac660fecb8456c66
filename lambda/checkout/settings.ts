import type { WebhookSettings } from '../billing-webhook/settings';
import { readSettings as readBillingSettings } from '../billing-webhook/settings';
import { required } from '../store/variables';

type Stripe = NonNullable<WebhookSettings['stripe']>;

/** What `StripeCheckout` tells its function: what the webhook knows, and what is asked of payment pages. */
export interface CheckoutSettings extends Pick<WebhookSettings, 'tableName' | 'eventBusName' | 'terms'> {
  readonly stripe: Pick<Required<Stripe>, 'apiKey' | 'linkSecrets' | 'testMode'>;
  /** Sites to which buyers may be sent back. */
  readonly allowedOrigins: readonly string[];
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly returnUrl: string;
  readonly portalConfiguration?: string;
  /** Whether the link of a 402 leads to the change of plan. */
  readonly planChangesByLink: boolean;
  /** Scopes of the key that a buyer without an account is given. */
  readonly firstKeyScopes: readonly string[];
  /** Path of the claim route on the API. */
  readonly claimPath: string;
  /** How long the links of 402s live at least, milliseconds. */
  readonly payLinkLifetimeMs: number;
}

/** @throws Error when a variable is missing: the function was not made by `StripeCheckout` */
export function readSettings(env: Readonly<Record<string, string | undefined>>): CheckoutSettings {
  const { tableName, eventBusName, terms, stripe } = readBillingSettings(env);
  if (stripe?.apiKey === undefined)
    throw new Error('the webhook beside the checkout has no API key of Stripe');
  const own = JSON.parse(required(env, 'CHECKOUT_SETTINGS')) as Omit<
    CheckoutSettings,
    'tableName' | 'eventBusName' | 'terms' | 'stripe'
  >;
  return { ...own, tableName, eventBusName, terms, stripe: { ...stripe, apiKey: stripe.apiKey } };
}
