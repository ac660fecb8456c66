/** A key as API Gateway lists it. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
}

/**
 * API Gateway's control plane, as far as keys of accounts need it. Every method may be called again after an answer
 * that was lost. Whatever is not an answer is thrown.
 */
export interface UsageKeyGateway {
  /**
   * Makes an enabled key.
   *
   * @returns its id; `exists` when there is a key of this value, `no-room` when the Region holds as many as it may
   */
  create(value: string): Promise<{ readonly keyId: string } | 'exists' | 'no-room'>;
  /** @returns the id of the key of this name */
  find(name: string): Promise<string | undefined>;
  /** @returns `refused` when the key does not exist, or is on another usage plan of the stage */
  attach(usagePlanId: string, keyId: string): Promise<'attached' | 'refused'>;
  /** Deletes the key, or finds it gone. */
  delete(keyId: string): Promise<void>;
  /** Every key whose name begins with the prefix. */
  list(prefix: string): AsyncIterable<ListedKey>;
}
