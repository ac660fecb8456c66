import { object, type Json } from './json';

/** A request as API Gateway hands it over. */
export interface WebhookRequest {
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export type RefusalCode =
  | 'body_missing'
  | 'body_too_large'
  | 'body_not_text'
  | 'body_not_an_event'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_mismatch'
  | 'timestamp_out_of_tolerance';

/**
 * The request is not from the provider, or not as the provider sent it. `message` is for whoever called and names
 * the likely mistake; `hint` says more and is for the seller's log. Neither holds a secret or a computed signature.
 */
export class WebhookRefused extends Error {
  override readonly name = 'WebhookRefused';

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }

  /** HTTP status of the answer: 413 for a body that is too large, otherwise 400. */
  get statusCode(): 400 | 413 {
    return this.code === 'body_too_large' ? 413 : 400;
  }
}

/** Larger than any event of any provider; smaller than what would be work to verify. */
export const MAX_WEBHOOK_BYTES = 512 * 1024;

/**
 * The body, byte for byte, as text. Bytes that are not UTF-8 are refused rather than replaced: a replacement would
 * let two different bodies pass with one signature.
 *
 * @throws WebhookRefused
 */
export function rawBody({ body, isBase64Encoded }: WebhookRequest): string {
  if (body === null || body === '') {
    throw new WebhookRefused('body_missing', 'the request has no body');
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_WEBHOOK_BYTES) {
    throw new WebhookRefused(
      'body_too_large',
      `the body must be at most ${MAX_WEBHOOK_BYTES} bytes, got ${bytes.length}`,
    );
  }
  try {
    // A byte order mark is signed like every other byte.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WebhookRefused('body_not_text', 'the body must be UTF-8, exactly as the provider sent it');
  }
}

/**
 * The values of headers, whatever the case of their names.
 *
 * @throws WebhookRefused with the message when one of them is missing or empty
 */
export function signatureHeaders(
  { headers }: WebhookRequest,
  names: readonly string[],
  message: string,
): readonly string[] {
  return names.map((name) => {
    const value = Object.entries(headers).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
    if (value === undefined || value === '') throw new WebhookRefused('signature_missing', message);
    return value;
  });
}

/** @returns the JSON object that a signed body holds; `undefined` when it holds anything else */
export function signedObject(body: string): Json | undefined {
  try {
    return object(JSON.parse(body));
  } catch {
    return undefined;
  }
}

const SECONDS = /^[1-9]\d{0,11}$/;

/**
 * Instant of a signature, milliseconds.
 *
 * @param receivedAt when the request arrived, milliseconds since the epoch
 * @param toleranceMs how far the two clocks may lie apart, in either direction
 * @throws WebhookRefused
 */
export function signedAt(seconds: string, receivedAt: number, toleranceMs: number): number {
  if (!SECONDS.test(seconds)) {
    throw new WebhookRefused(
      'signature_malformed',
      'the timestamp of the signature is not a number of seconds',
    );
  }
  const at = Number(seconds) * 1000;
  const ageMs = receivedAt - at;
  if (Math.abs(ageMs) > toleranceMs) {
    const seen = `${Math.round(Math.abs(ageMs) / 1000)} s ${ageMs > 0 ? 'old' : 'in the future'}`;
    throw new WebhookRefused(
      'timestamp_out_of_tolerance',
      `the signature is ${seen}, at most ${toleranceMs / 1000} s are tolerated; a recorded request cannot be sent again`,
    );
  }
  return at;
}

/** What is wrong with a secret as text, without saying what it is. */
export function secretHint(secrets: readonly string[]): string | undefined {
  if (secrets.length === 0) return 'no signing secret is configured';
  if (secrets.some((secret) => secret !== secret.trim())) {
    return 'a signing secret begins or ends with white space, probably a new line from a file';
  }
  if (secrets.some((secret) => !secret.startsWith('whsec_'))) {
    return 'a signing secret does not begin with whsec_: is it an API key?';
  }
  return undefined;
}

/** Five minutes, as the providers' own libraries have it. */
export const DEFAULT_TOLERANCE_MS = 300_000;
