import type { ImportedKeysOptions } from './imported-keys-options';
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

  /**
   * Keys of an earlier system, above all those of API Gateway usage plans, so that a seller can move over without asking
   * customers to change theirs: `paywall keys import` takes them from a file. Only a peppered HMAC of each is stored.
   *
   * They do not name their account: the first request with one costs a read more in each function environment. A key that
   * nobody has is answered 401. Customers who send `x-api-key` need `CredentialSource.apiKeyHeader()` or `either()`.
   */
  public static importedKeys(options: ImportedKeysOptions = {}): Identity {
    return new Identity(undefined, options);
  }

  /** @internal */
  public readonly _jwt?: JwtIdentityOptions;
  /** @internal */
  public readonly _imported?: ImportedKeysOptions;

  private constructor(jwt?: JwtIdentityOptions, imported?: ImportedKeysOptions) {
    this._jwt = jwt;
    this._imported = imported;
  }
}
