import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { object, type Json } from '../json';
import {
  DEFAULT_TOLERANCE_MS,
  header,
  rawBody,
  secretHint,
  signedAt,
  WebhookRefused,
  type WebhookRequest,
} from '../webhook-request';

export interface StandardSecrets {
  /** `whsec_` and base64: the current one, and during a rotation the one before. */
  readonly secrets: readonly string[];
  /** @default 300000 */
  readonly toleranceMs?: number;
}

export interface VerifiedMessage {
  readonly id: string;
  readonly payload: Json;
}

/**
 * The message, once its signature has been verified over the raw body.
 *
 * @param receivedAt when the request arrived, milliseconds since the epoch
 * @throws WebhookRefused
 * @see https://www.standardwebhooks.com/
 */
export function verifyStandardWebhook(
  request: WebhookRequest,
  { secrets, toleranceMs = DEFAULT_TOLERANCE_MS }: StandardSecrets,
  receivedAt: number,
): VerifiedMessage {
  const body = rawBody(request);
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    header(request, name),
  );
  if (!id || !timestamp || !signature) {
    throw new WebhookRefused(
      'signature_missing',
      'the headers webhook-id, webhook-timestamp and webhook-signature are needed',
    );
  }
  const at = signedAt(timestamp, receivedAt, toleranceMs);
  // The library's own check of the time reads the clock; its signature is what is wanted of it.
  const expected = secrets.flatMap((secret) => signatureOf(secret, id, at, body) ?? []);
  const given = signature.split(' ');
  const matches = expected.map((one) => given.map((other) => equal(one, other)).includes(true));
  if (!matches.includes(true)) {
    throw new WebhookRefused(
      'signature_mismatch',
      'no signature matches: it must be v1 over "<webhook-id>.<webhook-timestamp>.<raw body>", with the secret of this endpoint',
      secretHint(secrets),
    );
  }
  return { id, payload: parse(body) };
}

/** @returns `undefined` when the secret is no base64: it signs nothing then */
function signatureOf(secret: string, id: string, at: number, body: string): string | undefined {
  let webhook: Webhook;
  try {
    webhook = new Webhook(secret);
  } catch {
    return undefined;
  }
  return webhook.sign(id, new Date(at), body);
}

function equal(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function parse(body: string): Json {
  try {
    const payload = object(JSON.parse(body));
    if (payload !== undefined) return payload;
  } catch {
    throw new WebhookRefused('body_not_an_event', 'the body is signed but is not JSON');
  }
  throw new WebhookRefused('body_not_an_event', 'the body is signed but is no JSON object');
}
