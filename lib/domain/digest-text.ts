/**
 * A digest of 32 bytes in 43 characters: base64url without padding, with full stops in place of hyphens. People paste the
 * beginning of a fingerprint into command lines, where a word that begins with a hyphen is an option.
 */
export function digestText(digest: Buffer): string {
  return digest.toString('base64url').replaceAll('-', '.');
}
