import { Webhook } from 'standardwebhooks';
import { equalInConstantTime } from '../constant-time';
import type { Json } from '../json';
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
  const [id, timestamp, signature] = signatureHeaders(
    request,
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    'the headers webhook-id, webhook-timestamp and webhook-signature are needed',
  ) as [string, string, string];
  const at = signedAt(timestamp, receivedAt, toleranceMs);
  // The library's own check of the time reads the clock; its signature is what is wanted of it.
  const expected = secrets.flatMap((secret) => signatureOf(secret, id, at, body) ?? []);
  const given = signature.split(' ');
  const matches = expected.map((one) => given.map((other) => equalInConstantTime(one, other)).includes(true));
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

function parse(body: string): Json {
  const payload = signedObject(body);
  if (payload !== undefined) return payload;
  throw new WebhookRefused('body_not_an_event', 'the body is signed but is no JSON object');
}
