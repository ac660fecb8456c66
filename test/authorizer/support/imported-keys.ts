import type { ImportedKeys } from '../../../lambda/store/imported-keys';

/** Whom imported keys belong to, in memory; each question is counted. */
export class MemoryImportedKeys implements ImportedKeys {
  asked = 0;
  /** Thrown instead of an answer. */
  fault?: Error;

  constructor(readonly accounts: Record<string, string> = {}) {}

  async find(fingerprint: string): Promise<string | undefined> {
    this.asked += 1;
    if (this.fault) throw this.fault;
    return this.accounts[fingerprint];
  }
}
