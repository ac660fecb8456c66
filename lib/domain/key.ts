import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digestText } from './digest-text';

/**
 * API keys are `<prefix>_<accountId>_<secret><checksum>`, for example
 * `pw_live_acme_4f0kQ1Zr8m2ymcNd3yKGJp7XxWb1T2e0aB9`.
 *
 * The account is in the key, so that no lookup is needed. The checksum stops typing errors before the database; it
 * is no security: anyone can compute it. The secret is.
 */

/** Bytes of randomness in a secret: 160 bits, which 27 base-62 digits hold. */
export const SECRET_BYTES = 20;

const SECRET_DIGITS = 27;
/** 62^6 > 2^32. */
const CHECKSUM_DIGITS = 6;
/** In the order of ASCII, so that texts of one length compare like the numbers that they stand for. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^27 > 2^160: the digits could hold more than a secret. */
const LARGEST_SECRET = base62(2n ** BigInt(8 * SECRET_BYTES) - 1n, SECRET_DIGITS);

/** Longest key that is looked at; more is a malformed credential, not work for a regular expression. */
export const MAX_KEY_LENGTH = 128;

export const ACCOUNT_ID_PATTERN = /^[a-z0-9]{1,40}$/;
export const KEY_PREFIX_PATTERN = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
export const MAX_KEY_PREFIX_LENGTH = 32;

const KEY_PATTERN = new RegExp(
  `^([a-z][a-z0-9]*(?:_[a-z0-9]+)*)_([a-z0-9]{1,40})_([0-9A-Za-z]{${SECRET_DIGITS}})([0-9A-Za-z]{${CHECKSUM_DIGITS}})$`,
);

export interface ParsedKey {
  readonly prefix: string;
  readonly accountId: string;
}

/**
 * Composes a key.
 *
 * @param random exactly {@link SECRET_BYTES} bytes from a cryptographically secure source
 * @throws RangeError when a part is malformed
 */
export function composeKey(prefix: string, accountId: string, random: Uint8Array): string {
  if (!KEY_PREFIX_PATTERN.test(prefix) || prefix.length > MAX_KEY_PREFIX_LENGTH) {
    throw new RangeError(`key prefix must match ${KEY_PREFIX_PATTERN.source}, got '${prefix}'`);
  }
  if (!ACCOUNT_ID_PATTERN.test(accountId)) {
    throw new RangeError(`account id must match ${ACCOUNT_ID_PATTERN.source}, got '${accountId}'`);
  }
  if (random.length !== SECRET_BYTES) {
    throw new RangeError(`secret must be ${SECRET_BYTES} bytes, got ${random.length}`);
  }
  const secret = base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), SECRET_DIGITS);
  const body = `${prefix}_${accountId}_${secret}`;
  return body + checksum(body);
}

/** Reads a key; `undefined` for anything that {@link composeKey} cannot have made. Never throws. */
export function parseKey(text: string): ParsedKey | undefined {
  if (text.length > MAX_KEY_LENGTH) return undefined;
  const match = KEY_PATTERN.exec(text);
  if (!match) return undefined;
  const [, prefix, accountId, secret, check] = match;
  if (prefix!.length > MAX_KEY_PREFIX_LENGTH || secret! > LARGEST_SECRET) return undefined;
  if (checksum(text.slice(0, -CHECKSUM_DIGITS)) !== check) return undefined;
  return { prefix: prefix!, accountId: accountId! };
}

/** What is stored of a key: the text of its SHA-256, see {@link digestText}. */
export function fingerprintOf(key: string): string {
  // In one call: this is part of every request, and a `Hash` object with its streams costs three times the digest.
  return digestText(hash('sha256', key, 'base64url'));
}

/** In numbers, which hold 32 bits and are quicker than the integers of {@link base62}: each request has a key to check. */
function checksum(body: string): string {
  let text = '';
  for (let rest = crc32(body); rest > 0; rest = Math.floor(rest / 62)) text = ALPHABET[rest % 62] + text;
  return text.padStart(CHECKSUM_DIGITS, '0');
}

function base62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text;
  return text.padStart(digits, '0');
}
