import type { BillingMessage } from '../../../lib/domain/billing/fact';
import type { Billing, Receipt } from '../billing';
import type { StripeApi } from './api';
import type { Json } from '../json';
import { reversalMessage, translateStripeEvent } from './translate';

export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

export type StripeReceipt = Receipt | Ignored;

/** Takes verified events of Stripe to billing. */
export class StripeInbox {
  constructor(
    private readonly billing: Billing,
    private readonly linkSecrets: readonly string[],
    private readonly api?: Pick<StripeApi, 'payerOf'>,
  ) {}

  /** @throws when anything could not be stored or asked: Stripe must deliver the event again then */
  async receive(event: Json): Promise<StripeReceipt> {
    const read = await this.read(event);
    return 'kind' in read ? read : this.billing.receive(read);
  }

  /** What the event says, once Stripe has been asked for what it leaves out. */
  async read(event: Json): Promise<BillingMessage | Ignored> {
    const translation = translateStripeEvent(event, this.linkSecrets);
    if (translation.kind === 'ignored') return translation;
    if (translation.kind === 'message') return translation.message;
    if (this.api === undefined) return ignored('refunds and disputes name no invoice: an API key is needed');
    const { reversal, envelope } = translation;
    const payer = await this.api.payerOf(reversal);
    if (payer === undefined) return ignored('the payment was for no invoice');
    return reversalMessage(reversal, envelope, payer.customer, payer.invoice);
  }
}

function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}
