/**
 * A digest of 32 bytes in 43 characters: base64url without padding, with full stops in place of hyphens. People paste the
 * beginning of a fingerprint into command lines, where a word that begins with a hyphen is an option.
 *
 * @param base64url the digest as `node:crypto` writes it
 */
export function digestText(base64url: string): string {
  return base64url.replaceAll('-', '.');
}
