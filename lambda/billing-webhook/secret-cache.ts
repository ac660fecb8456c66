import { ServiceFault, type AwsJsonClient } from './aws-json-client';

/** Where secrets come from. */
export interface SecretSource {
  /** @throws when it cannot be reached, or does not hold the secret as text */
  fetch(secretId: string): Promise<string>;
  /**
   * The value before the one of today.
   *
   * @returns `undefined` when it was never overwritten
   * @throws when it cannot be reached, or does not hold the secret as text
   */
  fetchPrevious(secretId: string): Promise<string | undefined>;
}

export class SecretsManager implements SecretSource {
  constructor(private readonly client: Pick<AwsJsonClient, 'send'>) {}

  fetch(secretId: string): Promise<string> {
    return this.version(secretId, {});
  }

  /** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version */
  async fetchPrevious(secretId: string): Promise<string | undefined> {
    try {
      return await this.version(secretId, { VersionStage: 'AWSPREVIOUS' });
    } catch (error) {
      if (error instanceof ServiceFault && error.type === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  private async version(secretId: string, stage: { readonly VersionStage?: string }): Promise<string> {
    const { SecretString } = await this.client.send<{ SecretString?: string }>('GetSecretValue', {
      SecretId: secretId,
      ...stage,
    });
    if (SecretString === undefined || SecretString === '') {
      throw new Error(`secret ${secretId} holds no text; store it as plain text`);
    }
    return SecretString;
  }
}

/** How long a secret is used without a look at where it comes from, milliseconds. */
export const SECRET_TTL_MS = 300_000;
/** How long a secret outlives its time to live while its source cannot be reached, milliseconds. */
export const SECRET_STALE_MS = 3_600_000;

interface Entry<T> {
  readonly value: T;
  readonly fetchedAt: number;
}

/** Secrets in memory, so that a rotation needs no deployment and an event no call. */
export class SecretCache {
  private readonly entries = new Map<string, Entry<string>>();
  private readonly previous = new Map<string, Entry<string | undefined>>();

  constructor(
    private readonly source: SecretSource,
    private readonly clock: () => number,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * @param maxAgeMs the oldest that will do
   * @throws when a secret cannot be had
   */
  get(ids: readonly string[], maxAgeMs = SECRET_TTL_MS): Promise<string[]> {
    return Promise.all(ids.map((id) => this.current(id, maxAgeMs)));
  }

  /**
   * The values of today, and after them those that were overwritten last.
   *
   * @param maxAgeMs the oldest that will do
   * @throws when one cannot be had
   */
  async getWithPrevious(ids: readonly string[], maxAgeMs = SECRET_TTL_MS): Promise<string[]> {
    const [current, previous] = await Promise.all([
      this.get(ids, maxAgeMs),
      Promise.all(ids.map((id) => this.before(id, maxAgeMs))),
    ]);
    return [...current, ...previous.filter((value) => value !== undefined)];
  }

  /** Age of the oldest of them, milliseconds; infinite when one was never fetched. */
  age(ids: readonly string[]): number {
    return Math.max(0, ...ids.map((id) => this.clock() - (this.entries.get(id)?.fetchedAt ?? -Infinity)));
  }

  private current(id: string, maxAgeMs: number): Promise<string> {
    return this.one(this.entries, id, maxAgeMs, () => this.source.fetch(id));
  }

  private before(id: string, maxAgeMs: number): Promise<string | undefined> {
    return this.one(this.previous, id, maxAgeMs, () => this.source.fetchPrevious(id));
  }

  private async one<T>(
    entries: Map<string, Entry<T>>,
    id: string,
    maxAgeMs: number,
    fetch: () => Promise<T>,
  ): Promise<T> {
    const known = entries.get(id);
    if (known && this.clock() - known.fetchedAt < maxAgeMs) return known.value;
    try {
      const value = await fetch();
      entries.set(id, { value, fetchedAt: this.clock() });
      return value;
    } catch (error) {
      // Payments go on while Secrets Manager is away; not for ever, as a secret may have been withdrawn.
      if (known && this.clock() - known.fetchedAt < SECRET_TTL_MS + SECRET_STALE_MS) {
        this.warn(`a cached secret is used because it could not be fetched: ${String(error)}`);
        return known.value;
      }
      throw error;
    }
  }
}
