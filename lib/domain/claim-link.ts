import { ACCOUNT_ID_PATTERN } from './key';
import { readSignedText, signText } from './signed-text';

/**
 * What a buyer without an account brings back from the payment: the right to the first key of the account that was
 * sold. It stands in the address to which the provider returns whoever has paid, and nowhere else: who made the
 * session, and perhaps let somebody else pay, has not seen it.
 */
export interface ClaimLink {
  readonly account: string;
  /** Milliseconds since the epoch; the claim is worth nothing from then on. */
  readonly expiresAt: number;
}

export type ClaimLinkReading =
  | { readonly kind: 'valid'; readonly account: string }
  /** Not one of ours: changed, or older than the rotation of the secret. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly account: string };

/**
 * Thirty days from the making of the session. It stays open for 24 hours; a payment by direct debit then takes up to 14
 * business days, three weeks with holidays; the rest is for buyers who come back when it has arrived.
 *
 * @see https://docs.stripe.com/payments/sepa-debit
 */
export const CLAIM_LINK_LIFETIME_MS = 30 * 86_400_000;

/** `account expiry`; the expiry in milliseconds, base 36. */
const TEXT = /^([a-z0-9]{1,40}) (0|[1-9a-z][0-9a-z]{0,9})$/;

/** @throws RangeError when a part is malformed */
export function signClaimLink({ account, expiresAt }: ClaimLink, secret: string): string {
  if (!ACCOUNT_ID_PATTERN.test(account)) {
    throw new RangeError(`account id must match ${ACCOUNT_ID_PATTERN.source}, got '${account}'`);
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) {
    throw new RangeError(`expiresAt must be milliseconds since the epoch, got ${expiresAt}`);
  }
  return signText('claim', `${account} ${expiresAt.toString(36)}`, secret);
}

/**
 * @param token any text: none makes it throw
 * @param secrets the current one and those that are being rotated out
 * @param now milliseconds since the epoch
 */
export function readClaimLink(token: string, secrets: readonly string[], now: number): ClaimLinkReading {
  const read = readSignedText('claim', token, secrets);
  const match = read.kind === 'signed' ? TEXT.exec(read.text) : null;
  if (!match) return { kind: 'unknown' };
  const account = match[1]!;
  return { kind: now < Number.parseInt(match[2]!, 36) ? 'valid' : 'expired', account };
}
