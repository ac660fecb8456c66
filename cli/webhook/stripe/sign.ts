import { createHmac } from 'node:crypto';

/**
 * The header `Stripe-Signature` of a delivery.
 *
 * @param at milliseconds since the epoch
 * @see https://docs.stripe.com/webhooks/signature#verify-manually
 */
export function stripeSignature(body: string, secret: string, at: number): string {
  const timestamp = Math.floor(at / 1000);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
