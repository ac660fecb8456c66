import type { Duration } from 'aws-cdk-lib';

/** How the value of a claim becomes an account id. */
export enum AccountMapping {
  /** The value is the account id: `[a-z0-9]`, 1 to 40 characters. A token with another value is not believed. */
  EXACT = 'exact',
  /**
   * The account id is 32 characters of a hash of issuer and value: for subjects of any form, such as UUIDs and
   * `auth0|...`. The subjects of two issuers never meet.
   */
  HASHED = 'hashed',
}

/** Options of `Identity.jwt`. */
export interface JwtIdentityOptions {
  /**
   * The issuer, exactly as in the claim `iss`: an https URL. For Amazon Cognito
   * `https://cognito-idp.<region>.amazonaws.com/<user pool id>`.
   */
  readonly issuer: string;

  /** A token must be meant for one of these: your API's identifier, or client ids. At least one. */
  readonly audience: string[];

  /** Claim that names the account: `sub`, or one that only your issuer sets. Never one that users may choose. */
  readonly accountClaim: string;

  /**
   * How the value of `accountClaim` becomes an account id.
   *
   * @default AccountMapping.EXACT
   */
  readonly accountMapping?: AccountMapping;

  /**
   * Claim that holds the audience. Access tokens of Amazon Cognito have `client_id` in its place.
   *
   * @default 'aud'
   */
  readonly audienceClaim?: string;

  /**
   * Only scopes that begin with this count, and lose it: with `paywall/` the scope `paywall/billing` is `billing`.
   *
   * @default - every scope of the token counts as it is
   */
  readonly scopePrefix?: string;

  /**
   * Where the issuer publishes its keys (JWK set): an https URL.
   *
   * @default - as the issuer's document `/.well-known/openid-configuration` says
   */
  readonly jwksUri?: string;

  /**
   * How far the issuer's clock may be from AWS's: a token is believed for so much longer. Whole seconds, 0 to 5
   * minutes.
   *
   * @default Duration.minutes(1)
   */
  readonly clockTolerance?: Duration;
}
