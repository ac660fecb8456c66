import type { Fact } from '../../../lib/domain/billing/fact';
import { must, object, reference, text, type Json } from '../json';

/** @see https://docs.stripe.com/api/customers/object */
export function customerFact(
  customer: Json,
  at: number,
  deleted: boolean,
): Extract<Fact, { kind: 'customer' }> {
  const email = text(customer.email);
  const settings = object(customer.invoice_settings);
  return {
    kind: 'customer',
    customer: must(text(customer.id), 'customer.id'),
    at,
    deleted,
    card:
      reference(settings?.default_payment_method) !== undefined ||
      reference(customer.default_source) !== undefined,
    ...(email !== undefined && { email }),
  };
}
