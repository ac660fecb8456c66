import type { Json } from '../billing/json';
import { isDoubtful } from '../billing/stripe/link-claim';
import type { SecretCache } from './secret-cache';
import { REFETCH_AFTER_MS } from './signing-secrets';

/**
 * The secrets that sign links, claims and the metadata of checkout sessions. The first one signs. All are believed, and of
 * each the value that it had before it was overwritten: sessions are open for a day, and claims good for 30.
 */
export class LinkSecrets {
  constructor(
    private readonly cache: SecretCache,
    private readonly ids: readonly string[],
  ) {}

  /** @throws when a secret cannot be had: nothing is told from forged without all of them */
  all(maxAgeMs?: number): Promise<readonly string[]> {
    return this.cache.getWithPrevious(this.ids, maxAgeMs);
  }

  /**
   * Reads with the secrets in memory, and once more with fresh ones when the text is not believed: a secret may have been
   * overwritten since.
   */
  async read<T>(read: (secrets: readonly string[]) => T, isBelieved: (result: T) => boolean): Promise<T> {
    const result = read(await this.all());
    if (isBelieved(result) || this.cache.age(this.ids) < REFETCH_AFTER_MS) return result;
    return read(await this.all(REFETCH_AFTER_MS));
  }

  /** The secrets to judge an object of Stripe by, fresh when it says that it is ours and those in memory deny it. */
  judging(object: Json): Promise<readonly string[]> {
    return this.read(
      (secrets) => secrets,
      (secrets) => !isDoubtful(object, secrets),
    );
  }
}
