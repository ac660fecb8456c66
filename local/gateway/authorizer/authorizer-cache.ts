import { type Clock } from '../../contract';
import { type AuthorizerResult } from './authorizer-result';

const MAX_ENTRIES = 10_000;

/**
 * Answers of one authorizer on one stage, Deny policies included, for `ttlMs`. Thrown errors and malformed answers
 * never get here (AG §4). Neither path nor method is part of the key: the cached policy is evaluated against each
 * method ARN anew.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
export class AuthorizerCache {
  private readonly entries = new Map<string, { readonly result: AuthorizerResult; readonly until: number }>();

  constructor(
    private readonly ttlMs: number,
    private readonly clock: Clock,
  ) {}

  get(key: string): AuthorizerResult | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    if (entry.until > this.clock.now()) return entry.result;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, result: AuthorizerResult): void {
    this.entries.delete(key);
    if (this.entries.size >= MAX_ENTRIES) {
      const oldest = this.entries.keys().next().value;
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.entries.set(key, { result, until: this.clock.now() + this.ttlMs });
  }

  clear(): void {
    this.entries.clear();
  }
}
