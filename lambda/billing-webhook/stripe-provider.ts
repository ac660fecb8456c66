import {
  Billing,
  type StripeApi,
  StripeInbox,
  verifyStripeEvent,
  type BillingPorts,
  type StripeReceipt,
  type WebhookRequest,
} from '../billing';
import { object, text, type Json } from '../billing/json';
import { LinkSecrets } from './link-secrets';
import { WrongMode, type OpenedEvent, type Provider } from './provider';
import type { SecretCache } from './secret-cache';
import { withSigningSecrets } from './signing-secrets';

export interface StripeSettings {
  /** Ids of the secrets that hold the endpoint's signing secrets. */
  readonly signingSecrets: readonly string[];
  /** Ids of the secrets that sign the metadata of our own checkout sessions. */
  readonly linkSecrets: readonly string[];
  /** Id of the secret that holds an API key; absent: events alone decide. */
  readonly apiKey?: string;
  readonly testMode: boolean;
}

export class StripeProvider implements Provider {
  readonly name = 'stripe';
  private readonly links: LinkSecrets;
  private api?: { readonly key: string; readonly client: StripeApi };

  constructor(
    private readonly settings: StripeSettings,
    private readonly secrets: SecretCache,
    private readonly ports: Omit<BillingPorts, 'source'>,
    private readonly connect: (apiKey: string) => StripeApi,
  ) {
    this.links = new LinkSecrets(secrets, settings.linkSecrets);
  }

  async open(request: WebhookRequest, receivedAt: number): Promise<OpenedEvent> {
    const { signingSecrets, testMode } = this.settings;
    const content = await withSigningSecrets(this.secrets, signingSecrets, (secrets) =>
      verifyStripeEvent(request, { secrets }, receivedAt),
    );
    if ((content.livemode === true) === testMode) {
      throw new WrongMode(
        testMode
          ? 'this endpoint takes events of the test mode, the event is of the live mode'
          : 'this endpoint takes events of the live mode, the event is of the test mode',
      );
    }
    return { id: text(content.id) ?? '', type: text(content.type) ?? '', content };
  }

  async apply(content: Json): Promise<StripeReceipt> {
    const linkSecrets = await this.links.judging(object(object(content.data)?.object) ?? {});
    const source = await this.source();
    const billing = new Billing({ ...this.ports, ...(source && { source }) });
    return new StripeInbox(billing, linkSecrets, source).receive(content);
  }

  /** Kept as long as the key is the same: the client holds connections. */
  private async source(): Promise<StripeApi | undefined> {
    if (this.settings.apiKey === undefined) return undefined;
    const key = (await this.secrets.get([this.settings.apiKey]))[0]!.trim();
    if (this.api?.key !== key) this.api = { key, client: this.connect(key) };
    return this.api.client;
  }
}
