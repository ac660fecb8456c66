import type { Jwk } from 'aws-jwt-verify/jwk';
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A public key of an issuer, ready for use. */
export interface VerificationKey {
  readonly jwk: Jwk;
  readonly key: KeyObject;
  /** `RSA`, or the curve. */
  readonly family: string;
}

/** Key that each algorithm needs; what is not here, `none` and the symmetric ones above all, is refused. */
const FAMILY_OF: ReadonlyMap<string, string> = new Map([
  ['RS256', 'RSA'],
  ['RS384', 'RSA'],
  ['RS512', 'RSA'],
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
  ['EdDSA', 'Ed25519'],
]);

/** @see https://www.rfc-editor.org/rfc/rfc7518#section-3.3 */
const SMALLEST_RSA_BITS = 2048;

export function isAlgorithm(name: unknown): name is string {
  return typeof name === 'string' && FAMILY_OF.has(name);
}

/** Whether a token of this algorithm may be verified with the key: an RSA key is no HMAC secret. */
export function fits(algorithm: string, { jwk, family }: VerificationKey): boolean {
  return FAMILY_OF.get(algorithm) === family && (jwk.alg === undefined || jwk.alg === algorithm);
}

/**
 * The signature keys of a JWK set by their id. Entries that are not understood are left out, as RFC 7517 §5 asks.
 *
 * @throws TypeError when the document is no JWK set
 */
export function readKeySet(document: unknown): ReadonlyMap<string, VerificationKey> {
  const keys = isObject(document) ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new TypeError('the document is no JWK set: it has no keys');
  const found = (keys as readonly unknown[]).flatMap((entry) => {
    const key = readKey(entry);
    return key === undefined ? [] : [[key.jwk.kid!, key] as const];
  });
  return new Map(found);
}

function readKey(entry: unknown): VerificationKey | undefined {
  if (!isObject(entry) || typeof entry.kid !== 'string') return undefined;
  if (entry.use !== undefined && entry.use !== 'sig') return undefined;
  if (entry.alg !== undefined && !isAlgorithm(entry.alg)) return undefined;
  const family = entry.kty === 'RSA' ? 'RSA' : entry.crv;
  if (typeof family !== 'string' || ![...FAMILY_OF.values()].includes(family)) return undefined;
  try {
    const key = createPublicKey({ key: entry as JsonWebKey, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength ?? SMALLEST_RSA_BITS;
    return bits < SMALLEST_RSA_BITS ? undefined : { jwk: entry as Jwk, key, family };
  } catch {
    // Not a key that can be read, whatever it claims: one bad entry does not spoil the others.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
