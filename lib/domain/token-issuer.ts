import { createHash } from 'node:crypto';
import { ACCOUNT_ID_PATTERN } from './key';

/**
 * How the value of a token's claim becomes an account id. Never a mixture: a subject that may choose its own name
 * could otherwise choose the hash of somebody else's.
 *
 * `exact`: the value is the account id. `hashed`: the account id is computed from issuer and value, which suits
 * subjects of any form, such as UUIDs and `auth0|...`.
 */
export type AccountMapping = 'exact' | 'hashed';

/** An issuer of OpenID Connect or OAuth 2.0 tokens that the seller trusts to name accounts. */
export interface TokenIssuerDefinition {
  /** Exactly as in the `iss` claim. */
  readonly issuer: string;
  /** A token must be meant for one of these. Never empty. */
  readonly audiences: readonly string[];
  /** Claim that holds the audience: `aud`, or `client_id` in access tokens of Amazon Cognito. */
  readonly audienceClaim: string;
  readonly accountClaim: string;
  readonly accountMapping: AccountMapping;
  /** Only scopes that begin with it count, and lose it; absent: all count as they are. */
  readonly scopePrefix?: string;
  /** Where the public keys are; absent: where the issuer's discovery document says. */
  readonly jwksUri?: string;
  /** How far the issuer's clock may be from ours, seconds. */
  readonly clockSkewSeconds: number;
}

/** What identifies callers. */
export interface IdentityRules {
  /** Whether keys of our own making do. */
  readonly acceptsKeys: boolean;
  /** Issuers whose tokens do. */
  readonly tokenIssuers: readonly TokenIssuerDefinition[];
  /** Where the pepper of keys of an earlier system is; absent: such keys are not accepted. */
  readonly importedKeys?: { readonly pepperSecret: string };
}

/** Claims of a verified token. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** More than any issuer's subject has (OpenID Connect Core §2: 255 characters). */
const MAX_CLAIM_LENGTH = 1024;
/** 160 bits, five to a character. */
const HASHED_ID_LENGTH = 32;
/** RFC 4648 base32 in lower case: within the alphabet of account ids. */
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The account that a token speaks for; `undefined` when its claim cannot name one. */
export function tokenAccountId(
  { issuer, accountClaim, accountMapping }: TokenIssuerDefinition,
  claims: TokenClaims,
): string | undefined {
  const value = Object.hasOwn(claims, accountClaim) ? claims[accountClaim] : undefined;
  if (typeof value !== 'string' || value === '' || value.length > MAX_CLAIM_LENGTH) return undefined;
  if (accountMapping === 'hashed') return hashedAccountId(issuer, value);
  return ACCOUNT_ID_PATTERN.test(value) ? value : undefined;
}

/**
 * The account id of a subject under the mapping `hashed`: 32 characters of SHA-256. The issuer is part of it, so that
 * two issuers cannot mean the same account.
 */
export function hashedAccountId(issuer: string, subject: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest();
  let id = '';
  for (let index = 0; index < HASHED_ID_LENGTH; index += 1) {
    const bit = index * 5;
    const pair = digest.readUInt16BE(bit >> 3);
    id += BASE32[(pair >> (11 - (bit & 7))) & 31];
  }
  return id;
}

/**
 * The scopes that a token carries: `scope` (RFC 8693, RFC 9068), or `scp` as Microsoft Entra and Okta call it. A token
 * carries no scope that it does not name.
 */
export function tokenScopes({ scopePrefix = '' }: TokenIssuerDefinition, claims: TokenClaims): string[] {
  return [...listed(claims, 'scope'), ...listed(claims, 'scp')]
    .filter((scope) => scope.startsWith(scopePrefix) && scope.length > scopePrefix.length)
    .map((scope) => scope.slice(scopePrefix.length));
}

/** Whether the token is meant for us. */
export function isAudience(
  { audienceClaim, audiences }: TokenIssuerDefinition,
  claims: TokenClaims,
): boolean {
  // The values of `aud` may hold spaces: a text is one audience, not a list of them.
  const value = Object.hasOwn(claims, audienceClaim) ? claims[audienceClaim] : undefined;
  const meant = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return meant.some((audience) => typeof audience === 'string' && audiences.includes(audience));
}

function listed(claims: TokenClaims, name: string): string[] {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'string') return value.split(' ').filter((scope) => scope !== '');
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).filter((scope): scope is string => typeof scope === 'string');
}
