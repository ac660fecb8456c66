import type { SecretCache } from '../billing-webhook/secret-cache';
import { LinkSecrets } from '../billing-webhook/link-secrets';
import { StripeApi, Billing, type BillingPorts } from '../billing';
import type { StripeClientOptions } from '../billing/stripe/client';
import type { CheckoutSettings } from './settings';
import { StripeSales } from './stripe-sales';

/** What an API key opens. */
export interface OpenTill {
  readonly sales: StripeSales;
  /** The same way into the account as that of the webhook. */
  readonly billing: Billing;
  readonly api: StripeApi;
}

/** Secrets, and what is made of them; both follow a rotation without a deployment. */
export class Till {
  /** What signs links, claims and sessions. */
  readonly links: LinkSecrets;
  private open?: OpenTill & { readonly key: string };

  constructor(
    private readonly settings: CheckoutSettings['stripe'],
    private readonly secrets: SecretCache,
    private readonly ports: Omit<BillingPorts, 'source'>,
    private readonly target: Pick<StripeClientOptions, 'endpoint' | 'timeoutMs'>,
  ) {
    this.links = new LinkSecrets(secrets, settings.linkSecrets);
  }

  /** @throws when the key cannot be had */
  async unlock(): Promise<OpenTill> {
    const key = (await this.secrets.get([this.settings.apiKey]))[0]!.trim();
    if (this.open?.key === key) return this.open;
    const options = { apiKey: key, retries: 1, ...this.target };
    const api = new StripeApi(options);
    this.open = {
      key,
      api,
      sales: new StripeSales(options),
      billing: new Billing({ ...this.ports, source: api }),
    };
    return this.open;
  }
}
