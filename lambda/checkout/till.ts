import type { SecretCache } from '../billing-webhook/secret-cache';
import { REFETCH_AFTER_MS } from '../billing-webhook/signing-secrets';
import { StripeApi, Billing, type BillingPorts } from '../billing';
import type { StripeClientOptions } from '../billing/stripe/client';
import type { CheckoutSettings } from './settings';
import { StripeSales } from './stripe-sales';

/** Longest wait for one answer of Stripe: a buyer is waiting, and API Gateway gives up after 29 seconds. */
const TIMEOUT_MS = 6_000;

/** What an API key opens. */
export interface OpenTill {
  readonly sales: StripeSales;
  /** The same way into the account as that of the webhook. */
  readonly billing: Billing;
  readonly api: StripeApi;
}

/** Secrets, and what is made of them; both follow a rotation without a deployment. */
export class Till {
  private open?: OpenTill & { readonly key: string };

  constructor(
    private readonly settings: CheckoutSettings['stripe'],
    private readonly secrets: SecretCache,
    private readonly ports: Omit<BillingPorts, 'source'>,
    private readonly target: Pick<StripeClientOptions, 'endpoint'> = {},
  ) {}

  /** @throws when the key cannot be had */
  async unlock(): Promise<OpenTill> {
    const key = (await this.secrets.get([this.settings.apiKey]))[0]!.trim();
    if (this.open?.key === key) return this.open;
    const options = { apiKey: key, timeoutMs: TIMEOUT_MS, retries: 1, ...this.target };
    const api = new StripeApi(options);
    this.open = {
      key,
      api,
      sales: new StripeSales(options),
      billing: new Billing({ ...this.ports, source: api }),
    };
    return this.open;
  }

  /** The first one signs, all are believed. */
  linkSecrets(): Promise<readonly string[]> {
    return this.secrets.get(this.settings.linkSecrets);
  }

  /**
   * Reads with the secrets in memory, and once more with fresh ones when the text is not believed: the secret may have
   * been rotated since.
   */
  async read<T>(read: (secrets: readonly string[]) => T, isBelieved: (result: T) => boolean): Promise<T> {
    const ids = this.settings.linkSecrets;
    const result = read(await this.secrets.get(ids));
    if (isBelieved(result) || this.secrets.age(ids) < REFETCH_AFTER_MS) return result;
    return read(await this.secrets.get(ids, REFETCH_AFTER_MS));
  }
}
