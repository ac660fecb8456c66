import { WebhookRefused } from '../billing';
import type { SecretCache } from './secret-cache';

/** Secrets that are younger are not fetched again: strangers must not be able to make us call for each request. */
export const REFETCH_AFTER_MS = 10_000;

/**
 * Verifies with the secrets in memory, and once more with fresh ones when no signature matches: the secret may have
 * been rotated since.
 *
 * @throws WebhookRefused; anything else when no secrets can be had
 */
export async function withSigningSecrets<T>(
  cache: SecretCache,
  ids: readonly string[],
  verify: (secrets: readonly string[]) => T,
): Promise<T> {
  const secrets = await cache.get(ids);
  try {
    return verify(secrets);
  } catch (error) {
    const mismatch = error instanceof WebhookRefused && error.code === 'signature_mismatch';
    if (!mismatch || cache.age(ids) < REFETCH_AFTER_MS) throw error;
  }
  return verify(await cache.get(ids, REFETCH_AFTER_MS));
}
