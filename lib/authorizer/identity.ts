import type { JwtIdentityOptions } from './jwt-identity-options';

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
