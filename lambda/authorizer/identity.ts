import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Credential, CredentialFault } from '../../lib/domain/decision';
import type { IdentityRules } from '../../lib/domain/token-issuer';
import { keyCredential, presentedCredential, type CredentialSource } from './credential';
import type * as tokenIdentity from './token/token-identity';

/** Who calls, as far as it can be told without the account. */
export type Identification =
  | { readonly kind: 'identified'; readonly credential: Credential }
  | { readonly kind: 'unauthorized'; readonly cause: CredentialFault }
  /** Nobody can say at present: 503. */
  | { readonly kind: 'unavailable'; readonly cause: string };

export type Identity = (
  event: Pick<APIGatewayRequestAuthorizerEvent, 'headers' | 'multiValueHeaders'>,
) => Identification | Promise<Identification>;

const MALFORMED: Identification = { kind: 'unauthorized', cause: 'malformed_credential' };

/**
 * Own keys are recognised by their shape, at once: a typing error costs no round trip. The code that verifies tokens
 * is loaded with the first of them.
 */
export function createIdentity(
  rules: IdentityRules,
  keyPrefix: string,
  source: CredentialSource,
  clock: () => number,
): Identity {
  const { acceptsKeys, tokenIssuers } = rules;
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
    // Keys hold no full stop, tokens two.
    if (tokenIssuers.length > 0 && text.split('.').length === 3)
      return (tokens ??= loadTokens()).identify(text);
    const credential = acceptsKeys ? keyCredential(text, keyPrefix) : undefined;
    return credential ? { kind: 'identified', credential } : MALFORMED;
  };
}
