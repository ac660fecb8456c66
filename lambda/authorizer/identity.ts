import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Credential, CredentialFault } from '../../lib/domain/decision';
import type { IdentityRules } from '../../lib/domain/token-issuer';
import { keyCredential, presentedCredential, type CredentialSource } from './credential';
import type * as importedIdentity from './imported/imported-identity';
import type { ImportedKeys } from '../store/imported-keys';
import type * as tokenIdentity from './token/token-identity';

/** Who calls, as far as it can be told without the account. */
export type Identification =
  | {
      readonly kind: 'identified';
      readonly credential: Credential;
      /** Asks where it is stored whose credential this is; absent: that was no matter of memory. */
      readonly askAgain?: () => Promise<Identification>;
    }
  | { readonly kind: 'unauthorized'; readonly cause: CredentialFault }
  /** Nobody can say at present: 503. */
  | { readonly kind: 'unavailable'; readonly cause: string };

export type Identity = (
  event: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
) => Identification | Promise<Identification>;

/**
 * Whether a text begins as a signed token does, and as no random key will: with JSON that names an algorithm.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-4.1.1
 */
function hasTokenHeader(text: string): boolean {
  try {
    const json = Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString('utf8');
    const header = JSON.parse(json) as { alg?: unknown } | null;
    return typeof header?.alg === 'string';
  } catch {
    // Not JSON.
    return false;
  }
}

const MALFORMED: Identification = { kind: 'unauthorized', cause: 'malformed_credential' };

export interface IdentityPorts {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly importedKeys: ImportedKeys;
  /** Of the function: where Secrets Manager is, and how it is asked. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Own keys are recognised by their shape, at once: a typing error costs no round trip. The code that verifies tokens,
 * and that which finds the account of an imported key, are loaded with the first of them.
 */
export function createIdentity(
  rules: IdentityRules,
  keyPrefix: string,
  source: CredentialSource,
  { clock, importedKeys: keys, env }: IdentityPorts,
): Identity {
  const { acceptsKeys, tokenIssuers, importedKeys } = rules;
  let imported: importedIdentity.ImportedIdentity | undefined;
  const loadImported = ({ pepperSecret }: { pepperSecret: string }): importedIdentity.ImportedIdentity => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const module = require('./imported/imported-identity') as typeof importedIdentity;
    return new module.ImportedIdentity({ keys, pepper: module.pepperFrom(pepperSecret, env) });
  };
  let tokens: tokenIdentity.TokenIdentity | undefined;
  const loadTokens = (): tokenIdentity.TokenIdentity => {
    // Not an import: sellers without token issuers should not pay for one at each cold start.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const module = require('./token/token-identity') as typeof tokenIdentity;
    return new module.TokenIdentity(tokenIssuers, { clock });
  };

  return (event) => {
    const text = presentedCredential(event, source);
    if (text === undefined) return MALFORMED;
    // Our keys hold no full stop, tokens two; what another system made its keys of nobody knows.
    if (tokenIssuers.length > 0 && text.split('.').length === 3 && (!importedKeys || hasTokenHeader(text)))
      return (tokens ??= loadTokens()).identify(text);
    const credential = acceptsKeys ? keyCredential(text, keyPrefix) : undefined;
    if (credential) return { kind: 'identified', credential };
    // A key of ours that was copied wrong is nobody's imported key.
    if (importedKeys === undefined || text.startsWith(`${keyPrefix}_`)) return MALFORMED;
    return (imported ??= loadImported(importedKeys)).identify(text);
  };
}
