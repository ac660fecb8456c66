import { JwtBaseError, JwtExpiredError, JwtInvalidSignatureError, JwtParseError } from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt, type DecomposedJwt } from 'aws-jwt-verify/jwt';
import { verifyJwtSync } from 'aws-jwt-verify/jwt-verifier';
import type { TokenFault } from '../../../lib/domain/decision';
import {
  isAudience,
  tokenAccountId,
  tokenScopes,
  type TokenIssuerDefinition,
} from '../../../lib/domain/token-issuer';
import type { Identification } from '../identity';
import { IssuerKeys, IssuerUnreachable, type IssuerKeysOptions } from './issuer-keys';
import { fits, isAlgorithm } from './verification-key';

interface Issuer {
  readonly definition: TokenIssuerDefinition;
  readonly keys: IssuerKeys;
}

/** API Gateway passes at most 10,240 bytes of headers. */
const MAX_TOKEN_LENGTH = 10_240;

/**
 * Believes tokens that a trusted issuer has signed for us. What a token says of itself is looked at first: junk makes
 * nobody ask the issuer for keys.
 */
export class TokenIdentity {
  private readonly issuers: ReadonlyMap<string, Issuer>;

  constructor(
    definitions: readonly TokenIssuerDefinition[],
    private readonly options: IssuerKeysOptions,
  ) {
    this.issuers = new Map(
      definitions.map((definition) => [
        definition.issuer,
        { definition, keys: new IssuerKeys(definition, options) },
      ]),
    );
  }

  async identify(token: string): Promise<Identification> {
    try {
      const result = await this.verify(token);
      return typeof result === 'string' ? { kind: 'unauthorized', cause: result } : result;
    } catch (error) {
      if (error instanceof IssuerUnreachable) return { kind: 'unavailable', cause: error.message };
      throw error;
    }
  }

  private async verify(token: string): Promise<TokenFault | Identification> {
    const parts = decompose(token);
    if (parts === undefined) return 'token_malformed';
    const { header, payload } = parts;
    if (!isAlgorithm(header.alg)) return 'token_algorithm_refused';
    // An extension that we do not know may change what the token means (RFC 7515 §4.1.11).
    if (Object.hasOwn(header, 'crit') || header.kid === undefined) return 'token_malformed';
    const issuer = this.issuers.get(payload.iss ?? '');
    if (issuer === undefined) return 'token_issuer_unknown';
    const { definition } = issuer;
    const fault = claimFault(payload, definition, this.options.clock());
    if (fault) return fault;

    const key = await issuer.keys.find(header.kid);
    if (key === undefined) return 'token_key_unknown';
    if (!fits(header.alg, key)) return 'token_algorithm_refused';
    try {
      const terms = { issuer: definition.issuer, audience: null, graceSeconds: definition.clockSkewSeconds };
      verifyJwtSync(token, key.jwk, terms, () => key.key);
    } catch (error) {
      return signatureFault(error);
    }
    const accountId = tokenAccountId(definition, payload);
    if (accountId === undefined) return 'token_account_invalid';
    return { kind: 'identified', credential: { accountId, scopes: tokenScopes(definition, payload) } };
  }
}

function decompose(token: string): DecomposedJwt | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined;
  // An unsigned token has no third part; it is to be refused for what it is.
  const signed = token.endsWith('.') ? `${token}none` : token;
  try {
    return decomposeUnverifiedJwt(signed);
  } catch (error) {
    if (error instanceof JwtParseError) return undefined;
    throw error;
  }
}

/** Times are compared so that one which is missing, or not a number, grants nothing. */
function claimFault(
  { exp, nbf = 0, ...payload }: DecomposedJwt['payload'],
  definition: TokenIssuerDefinition,
  now: number,
): TokenFault | undefined {
  const skew = definition.clockSkewSeconds;
  if (exp === undefined || !(now < (exp + skew) * 1000)) return 'token_expired';
  if (!(now >= (nbf - skew) * 1000)) return 'token_not_yet_valid';
  return isAudience(definition, payload) ? undefined : 'token_audience_unknown';
}

function signatureFault(error: unknown): TokenFault {
  if (error instanceof JwtInvalidSignatureError) return 'token_signature_invalid';
  // What OpenSSL makes of an elliptic curve signature of the wrong length; the key is one that it has read.
  if ((error as NodeJS.ErrnoException).code === 'ERR_CRYPTO_OPERATION_FAILED')
    return 'token_signature_invalid';
  // It was good an instant ago.
  if (error instanceof JwtExpiredError) return 'token_expired';
  if (error instanceof JwtBaseError) return 'token_malformed';
  throw error;
}
