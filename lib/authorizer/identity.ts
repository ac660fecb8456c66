import type { IdentityRules } from '../domain/token-issuer';
import { AccountMapping, type JwtIdentityOptions } from './jwt-identity-options';

const DEFAULT_CLOCK_TOLERANCE_SECONDS = 60;

/** How callers say who they are. */
export class Identity {
  /** API keys that `cdk-api-paywall` makes: a fingerprint is stored, the key is shown once. */
  public static keys(): Identity {
    return new Identity();
  }

  /**
   * Tokens (JWT) of an OpenID Connect or OAuth 2.0 issuer: Amazon Cognito, Auth0, Entra, Okta, Keycloak or your own.
   * Signatures by RS256, ES256 and their longer siblings and by EdDSA are believed; `none` and shared secrets never.
   *
   * A valid token of an account that does not exist is answered 402 `no_subscription`, one that is not believed 401.
   * While the keys of the issuer cannot be had, its tokens are answered 503.
   *
   * A token carries the scopes of its claim `scope` or `scp` and no others: without `keys:manage` or `billing` in it,
   * it can neither make keys nor open the billing portal.
   */
  public static jwt(options: JwtIdentityOptions): Identity {
    return new Identity(options);
  }

  /** @internal */
  public readonly _jwt?: JwtIdentityOptions;

  private constructor(jwt?: JwtIdentityOptions) {
    this._jwt = jwt;
  }
}

/** What the function is told. */
export function renderIdentities(identities: readonly Identity[]): IdentityRules {
  const issuers = identities.flatMap((identity) => identity._jwt ?? []);
  return {
    acceptsKeys: issuers.length < identities.length,
    tokenIssuers: issuers.map((jwt) => ({
      issuer: jwt.issuer,
      audiences: jwt.audience,
      audienceClaim: jwt.audienceClaim ?? 'aud',
      accountClaim: jwt.accountClaim,
      accountMapping: jwt.accountMapping === AccountMapping.HASHED ? 'hashed' : 'exact',
      scopePrefix: jwt.scopePrefix,
      jwksUri: jwt.jwksUri,
      clockSkewSeconds: jwt.clockTolerance?.toSeconds() ?? DEFAULT_CLOCK_TOLERANCE_SECONDS,
    })),
  };
}
