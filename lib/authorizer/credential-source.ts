import * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** Where callers put their key. */
export class CredentialSource {
  /**
   * `Authorization: Bearer <key>`. It is the identity source, so callers without one are answered 401 without an
   * invocation.
   */
  public static bearer(): CredentialSource {
    return new CredentialSource('bearer', 'Bearer', apigateway.IdentitySource.header('Authorization'));
  }

  /** `x-api-key: <key>`. It is the identity source, so callers without one are answered 401 without an invocation. */
  public static apiKeyHeader(): CredentialSource {
    return new CredentialSource('api-key', 'ApiKey', apigateway.IdentitySource.header('x-api-key'));
  }

  /**
   * One of the two headers. API Gateway asks for all identity sources of an authorizer, so there is none, and calls
   * without a credential reach the function, too.
   */
  public static either(): CredentialSource {
    return new CredentialSource('either', 'Bearer');
  }

  /** Name of the source as the function knows it. */
  public readonly name: string;
  /** Scheme of the `WWW-Authenticate` header of a 401. */
  public readonly challenge: string;
  /** Identity source of the authorizer; undefined: none. */
  public readonly identitySource?: string;

  private constructor(name: string, challenge: string, identitySource?: string) {
    this.name = name;
    this.challenge = challenge;
    this.identitySource = identitySource;
  }
}
