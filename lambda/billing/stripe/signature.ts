import Stripe from 'stripe';
import {
  DEFAULT_TOLERANCE_MS,
  rawBody,
  secretHint,
  signatureHeaders,
  signedAt,
  signedObject,
  WebhookRefused,
  type WebhookRequest,
} from '../webhook-request';
import type { Json } from '../json';

export interface StripeSecrets {
  /** Signing secrets of the endpoint: the current one, and during a rotation the one before. */
  readonly secrets: readonly string[];
  /** @default 300000 */
  readonly toleranceMs?: number;
}

/** Items with a name and a value; schemes other than `v1` may hold whatever they like. */
const ITEM = String.raw`(?:v1=\w+|(?!v1=)\w+=[!-+\--~]+)`;
const HEADER = new RegExp(`^${ITEM}(?:,${ITEM})*$`);

const MISMATCH =
  'no signature matches: the body was changed on its way (parsed and written again?), or the endpoint has another signing secret';

/**
 * The event, once its signature has been verified over the raw body.
 *
 * @param receivedAt when the request arrived, milliseconds since the epoch
 * @throws WebhookRefused
 * @see https://docs.stripe.com/webhooks/signature
 */
export function verifyStripeEvent(
  request: WebhookRequest,
  { secrets, toleranceMs = DEFAULT_TOLERANCE_MS }: StripeSecrets,
  receivedAt: number,
): Json {
  const body = rawBody(request);
  const [signature] = signatureHeaders(
    request,
    ['stripe-signature'],
    'the header Stripe-Signature is missing: is Stripe the sender?',
  ) as [string];
  // The library passes over what it cannot read, and throws at values that are empty as if the fault were ours.
  if (!HEADER.test(signature)) {
    throw new WebhookRefused(
      'signature_malformed',
      'the header Stripe-Signature holds what no signature does',
    );
  }
  const timestamps = signature.split(',').filter((part) => part.startsWith('t='));
  if (timestamps.length !== 1) {
    throw new WebhookRefused(
      'signature_malformed',
      'the header Stripe-Signature must hold exactly one timestamp',
    );
  }
  // The signature first: what an unsigned timestamp says is nobody's business.
  if (!secrets.some((secret) => matches(body, signature, secret, receivedAt))) {
    throw new WebhookRefused('signature_mismatch', MISMATCH, secretHint(secrets));
  }
  signedAt(timestamps[0]!.slice('t='.length), receivedAt, toleranceMs);
  return parse(body);
}

function matches(body: string, signature: string, secret: string, receivedAt: number): boolean {
  try {
    const verify = Stripe.webhooks.signature!;
    // Tolerance 0: the library would only look at signatures that are too old, not at those of the future.
    return verify.verifyHeader(body, signature, secret, 0, undefined, receivedAt);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

function parse(body: string): Json {
  const event = signedObject(body);
  if (event?.object !== 'event') {
    throw new WebhookRefused(
      'body_not_an_event',
      'the body is signed but is no event: the endpoint must send snapshots',
    );
  }
  return event;
}
