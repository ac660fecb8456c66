import {
  Billing,
  translateStandardMessage,
  verifyStandardWebhook,
  type BillingPorts,
  type StripeReceipt,
  type WebhookRequest,
} from '../billing';
import { object, text, type Json } from '../billing/json';
import type { OpenedEvent, Provider } from './provider';
import type { SecretCache } from './secret-cache';
import { withSigningSecrets } from './signing-secrets';

/** Any biller, or a script, that speaks Standard Webhooks. */
export class StandardProvider implements Provider {
  readonly name = 'events';
  private readonly billing: Billing;

  constructor(
    private readonly signingSecrets: readonly string[],
    private readonly secrets: SecretCache,
    ports: Omit<BillingPorts, 'source'>,
  ) {
    this.billing = new Billing(ports);
  }

  async open(request: WebhookRequest, receivedAt: number): Promise<OpenedEvent> {
    const { id, payload } = await withSigningSecrets(this.secrets, this.signingSecrets, (secrets) =>
      verifyStandardWebhook(request, { secrets }, receivedAt),
    );
    return { id, type: text(payload.type) ?? '', content: { id, payload } };
  }

  async apply(content: Json): Promise<StripeReceipt> {
    const message = translateStandardMessage({
      id: text(content.id) ?? '',
      payload: object(content.payload) ?? {},
    });
    if (message === undefined) return { kind: 'ignored', reason: 'the type is not in the vocabulary' };
    return this.billing.receive(message);
  }
}
