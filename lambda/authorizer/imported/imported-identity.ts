import { importedFingerprint, importedKeyFault } from '../../../lib/domain/imported-key';
import { SecretCache, SecretsManager } from '../../billing-webhook/secret-cache';
import { serviceClient } from '../../billing-webhook/services';
import { StoreFault } from '../../store/dynamodb-client';
import type { ImportedKeys } from '../../store/imported-keys';
import type { Identification } from '../identity';

export interface ImportedIdentityPorts {
  readonly keys: ImportedKeys;
  /** @throws when it cannot be had */
  readonly pepper: () => Promise<string>;
}

/** Keys that are remembered per environment; more than one environment sees between two cold starts. */
const CAPACITY = 10_000;

/**
 * Keys of an earlier system: whom they belong to is asked once, and remembered only when there is somebody. What could
 * not have been imported is refused without a question, or strangers could make us ask at our expense.
 */
export class ImportedIdentity {
  private readonly accounts = new Map<string, string>();

  constructor(private readonly ports: ImportedIdentityPorts) {}

  async identify(key: string): Promise<Identification> {
    if (importedKeyFault(key) !== undefined) return { kind: 'unauthorized', cause: 'malformed_credential' };
    let pepper: string;
    try {
      pepper = await this.ports.pepper();
    } catch (error) {
      return { kind: 'unavailable', cause: `the pepper of imported keys cannot be had: ${String(error)}` };
    }
    const fingerprint = importedFingerprint(pepper, key);
    const accountId = this.accounts.get(fingerprint);
    if (accountId === undefined) return await this.lookUp(fingerprint);
    this.remember(fingerprint, accountId);
    const askAgain = (): Promise<Identification> => this.lookUp(fingerprint);
    return { kind: 'identified', credential: { accountId, fingerprint }, askAgain };
  }

  private async lookUp(fingerprint: string): Promise<Identification> {
    this.accounts.delete(fingerprint);
    const accountId = await this.ask(fingerprint);
    if (accountId instanceof StoreFault) return { kind: 'unavailable', cause: accountId.message };
    if (accountId === undefined) return { kind: 'unauthorized', cause: 'unknown_key' };
    this.remember(fingerprint, accountId);
    // Whether the key still opens anything is on the account, as with all others.
    return { kind: 'identified', credential: { accountId, fingerprint } };
  }

  private async ask(fingerprint: string): Promise<string | undefined | StoreFault> {
    try {
      return await this.ports.keys.find(fingerprint);
    } catch (error) {
      if (error instanceof StoreFault) return error;
      throw error;
    }
  }

  private remember(fingerprint: string, accountId: string): void {
    this.accounts.delete(fingerprint);
    this.accounts.set(fingerprint, accountId);
    if (this.accounts.size <= CAPACITY) return;
    const [oldest] = this.accounts.keys();
    this.accounts.delete(oldest!);
  }
}

/** The pepper in Secrets Manager; kept for as long as the environment lives, as it never changes. */
export function pepperFrom(
  secretId: string,
  env: Readonly<Record<string, string | undefined>>,
): () => Promise<string> {
  const secrets = new SecretCache(
    new SecretsManager(serviceClient('SECRETS_MANAGER', env)),
    () => 0,
    () => undefined,
  );
  return async () => (await secrets.get([secretId]))[0]!;
}
