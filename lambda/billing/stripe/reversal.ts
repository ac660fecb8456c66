import type { Fact } from '../../../lib/domain/billing/fact';
import { instant, must, reference, text, type Json } from '../json';

/** A refund or a dispute: Stripe names the payment, and only older API versions the invoice that it was for. */
export interface Reversal {
  readonly fact: Omit<Extract<Fact, { kind: 'reversal' }>, 'invoice'>;
  readonly charge: string;
  readonly paymentIntent?: string;
  readonly customer?: string;
  readonly invoice?: string;
}

/** @see https://docs.stripe.com/api/charges/object */
export function refundReversal(charge: Json, at: number): Reversal {
  const id = must(text(charge.id), 'charge.id');
  return {
    // `refunded` is true when all of it went back: a partial refund is a courtesy, not the end of access.
    fact: {
      kind: 'reversal',
      reversal: id,
      cause: 'refund',
      at,
      since: at,
      inForce: charge.refunded === true,
    },
    charge: id,
    paymentIntent: reference(charge.payment_intent),
    customer: reference(charge.customer),
    invoice: reference(charge.invoice),
  };
}

/**
 * A refund that failed went back to the seller: what was paid is paid again. Told of the charge, as the refund was, and
 * later than it; when it is tried again, that is later still.
 *
 * @see https://docs.stripe.com/refunds#failed-refunds
 */
export function failedRefundReversal(refund: Json, at: number): Reversal {
  const charge = must(reference(refund.charge), 'refund.charge');
  return {
    fact: { kind: 'reversal', reversal: charge, cause: 'refund', at, since: at, inForce: false },
    charge,
    paymentIntent: reference(refund.payment_intent),
  };
}

/** Inquiries (`warning_...`) take no money; a dispute does from its first day, and gives it back only when it is won. */
const STANDING = ['needs_response', 'under_review', 'lost'];

/** @see https://docs.stripe.com/api/disputes/object */
export function disputeReversal(dispute: Json, at: number): Reversal {
  return {
    fact: {
      kind: 'reversal',
      reversal: must(text(dispute.id), 'dispute.id'),
      cause: 'dispute',
      at,
      since: instant(dispute.created) ?? at,
      inForce: STANDING.includes(text(dispute.status) ?? ''),
    },
    charge: must(reference(dispute.charge), 'dispute.charge'),
    paymentIntent: reference(dispute.payment_intent),
  };
}
