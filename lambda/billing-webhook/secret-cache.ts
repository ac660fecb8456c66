import type { AwsJsonClient } from './aws-json-client';

/** Where secrets come from. */
export interface SecretSource {
  /** @throws when it cannot be reached, or does not hold the secret as text */
  fetch(secretId: string): Promise<string>;
}

export class SecretsManager implements SecretSource {
  constructor(private readonly client: Pick<AwsJsonClient, 'send'>) {}

  async fetch(secretId: string): Promise<string> {
    const { SecretString } = await this.client.send<{ SecretString?: string }>('GetSecretValue', {
      SecretId: secretId,
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

interface Entry {
  readonly value: string;
  readonly fetchedAt: number;
}

/** Secrets in memory, so that a rotation needs no deployment and an event no call. */
export class SecretCache {
  private readonly entries = new Map<string, Entry>();

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
    return Promise.all(ids.map((id) => this.one(id, maxAgeMs)));
  }

  /** Age of the oldest of them, milliseconds; infinite when one was never fetched. */
  age(ids: readonly string[]): number {
    return Math.max(0, ...ids.map((id) => this.clock() - (this.entries.get(id)?.fetchedAt ?? -Infinity)));
  }

  private async one(id: string, maxAgeMs: number): Promise<string> {
    const known = this.entries.get(id);
    if (known && this.clock() - known.fetchedAt < maxAgeMs) return known.value;
    try {
      const value = await this.source.fetch(id);
      this.entries.set(id, { value, fetchedAt: this.clock() });
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
