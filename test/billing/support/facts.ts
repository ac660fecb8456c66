import { reversalMessage, translateStripeEvent } from '../../../lambda/billing/stripe/translate';
import type { Fact } from '../../../lib/domain/billing/fact';
import { LINK_SECRET, type StripeModel } from './stripe-model';
import type { StripeEvent } from './stripe-objects';

/** Facts of an event; what names no customer is looked up in the model. */
export function factsOf(event: StripeEvent, model: StripeModel): readonly Fact[] {
  const translation = translateStripeEvent(event, [LINK_SECRET]);
  switch (translation.kind) {
    case 'message':
      return translation.message.facts;
    case 'lookup': {
      const { reversal, envelope } = translation;
      return reversalMessage(reversal, envelope, model.customer, invoiceOf(reversal.charge)).facts;
    }
    case 'ignored':
      return [];
  }
}

/** The model names charges after their invoices. */
export function invoiceOf(charge: string): string {
  return charge.slice('ch_'.length);
}
