import type { TokenIssuerDefinition } from '../../../lib/domain/token-issuer';
import { fetchJson } from './fetch-json';
import { readKeySet, type VerificationKey } from './verification-key';

/** The issuer's keys are not to be had: nobody can say whether the token is good. Our fault, not the caller's. */
export class IssuerUnreachable extends Error {
  override readonly name = 'IssuerUnreachable';
}

export interface IssuerKeysOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /**
   * Longest wait for the issuer, milliseconds. The function has five seconds for everything.
   *
   * @default 2000
   */
  readonly timeoutMs?: number;
}

/** Age at which keys are asked for again: a key that the issuer has withdrawn is believed no longer than this. */
const FRESH_MS = 5 * 60_000;
/** Age up to which keys serve while the issuer cannot be reached. */
const USABLE_MS = 60 * 60_000;
/** Wait between two looks for a key that is not there: ids are the callers' to invent. */
const UNKNOWN_KEY_WAIT_MS = 10_000;
/** Wait after the issuer has failed: not every call should wait for a time-out. */
const FAILURE_WAIT_MS = 2_000;

/**
 * The public keys of one issuer, kept in memory.
 *
 * ```
 * fetched          + 10 s                  + 5 min                    + 1 h
 *  |-- unknown id:   |-- unknown id:         |-- asked for again,       |
 *  |   refused       |   asked for again     |   old ones if that fails |   503 if that fails
 * ```
 */
export class IssuerKeys {
  private keys: ReadonlyMap<string, VerificationKey> = new Map();
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private failedAt = Number.NEGATIVE_INFINITY;
  private failure = '';
  private pending?: Promise<void>;
  private jwksUri?: string;

  constructor(
    private readonly definition: Pick<TokenIssuerDefinition, 'issuer' | 'jwksUri'>,
    private readonly options: IssuerKeysOptions,
  ) {}

  /**
   * @returns `undefined` when the issuer has no such key
   * @throws IssuerUnreachable
   */
  async find(keyId: string): Promise<VerificationKey | undefined> {
    const known = this.keys.get(keyId);
    if (this.isYounger(this.fetchedAt, known ? FRESH_MS : UNKNOWN_KEY_WAIT_MS)) return known;
    try {
      await this.refresh();
    } catch (error) {
      if (known && this.isYounger(this.fetchedAt, USABLE_MS)) return known;
      throw error;
    }
    return this.keys.get(keyId);
  }

  private async refresh(): Promise<void> {
    if (this.isYounger(this.failedAt, FAILURE_WAIT_MS)) throw new IssuerUnreachable(this.failure);
    this.pending ??= this.fetch().finally(() => (this.pending = undefined));
    await this.pending;
  }

  private async fetch(): Promise<void> {
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? 2_000);
    try {
      this.jwksUri ??= this.definition.jwksUri ?? (await discover(this.definition.issuer, signal));
      this.keys = readKeySet(await fetchJson(this.jwksUri, signal));
      this.fetchedAt = this.options.clock();
    } catch (error) {
      // The issuer may have moved its keys.
      this.jwksUri = undefined;
      this.failedAt = this.options.clock();
      this.failure = `keys of ${this.definition.issuer} cannot be had: ${(error as Error).message}`;
      throw new IssuerUnreachable(this.failure, { cause: error });
    }
  }

  /** A clock that was set back makes nothing young. */
  private isYounger(instant: number, ageMs: number): boolean {
    const age = this.options.clock() - instant;
    return age >= 0 && age < ageMs;
  }
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discover(issuer: string, signal: AbortSignal): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = (await fetchJson(address, signal)) as { issuer?: unknown; jwks_uri?: unknown } | null;
  if (document?.issuer !== issuer) throw new Error(`${address} is the document of another issuer`);
  if (typeof document.jwks_uri !== 'string') throw new Error(`${address} has no jwks_uri`);
  return document.jwks_uri;
}
