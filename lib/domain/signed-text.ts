import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Texts that we hand out and believe when they come back: `1.<payload>.<mac>`, base64url without padding, so that they
 * stand in a query as they are. Anybody can read them; nobody without the secret can make or change one.
 */

/** What a text is for: a text that was signed for one purpose is worth nothing for another. */
export type SigningPurpose = 'pay' | 'claim';

const VERSION = '1';
const SIGNED = /^1\.([\w-]{1,400})\.([\w-]{43})$/;

/**
 * @param secret at least 32 characters that nobody else knows
 * @throws RangeError when the secret is empty: everybody could sign
 */
export function signText(purpose: SigningPurpose, text: string, secret: string): string {
  const payload = Buffer.from(text, 'utf8').toString('base64url');
  return `${VERSION}.${payload}.${macOf(purpose, payload, secret)}`;
}

export type SignedText =
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'forged' };

/**
 * @param secrets the current one and those that are being rotated out
 * @throws RangeError when one is empty
 */
export function readSignedText(
  purpose: SigningPurpose,
  signed: string,
  secrets: readonly string[],
): SignedText {
  const match = SIGNED.exec(signed);
  if (!match) return { kind: 'malformed' };
  const [, payload, mac] = match;
  // Both are compared as they were written: the last character of base64url holds bits that decoding ignores.
  const matches = secrets.map((secret) => equal(mac!, macOf(purpose, payload!, secret)));
  if (!matches.includes(true)) return { kind: 'forged' };
  return { kind: 'signed', text: Buffer.from(payload!, 'base64url').toString('utf8') };
}

/** The purpose separates these from each other, `signed.` from everything else that the secret signs. */
function macOf(purpose: SigningPurpose, payload: string, secret: string): string {
  if (secret === '') throw new RangeError('the secret that signs must not be empty');
  return createHmac('sha256', secret)
    .update(`signed.${purpose}.${VERSION}.${payload}`, 'utf8')
    .digest('base64url');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
