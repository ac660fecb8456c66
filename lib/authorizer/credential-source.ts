import * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** Where callers put their key. */
export class CredentialSource {
  /**
   * `Authorization: Bearer <key>`. It is the identity source, so callers without one are answered 401 without an
   * invocation.
   */
  public static bearer(): CredentialSource {
    return new CredentialSource('bearer', ['Authorization'], 'Bearer');
  }

  /** `x-api-key: <key>`. It is the identity source, so callers without one are answered 401 without an invocation. */
  public static apiKeyHeader(): CredentialSource {
    return new CredentialSource('api-key', ['x-api-key'], 'ApiKey');
  }

  /**
   * One of the two headers. API Gateway asks for all identity sources of an authorizer, so there is none, and calls
   * without a credential reach the function, too.
   */
  public static either(): CredentialSource {
    return new CredentialSource('either', ['Authorization', 'x-api-key'], 'Bearer');
  }

  /** Name of the source as the function knows it. */
  public readonly name: string;
  /** Headers that may hold the credential. */
  public readonly headers: string[];
  /** Scheme of the `WWW-Authenticate` header of a 401. */
  public readonly challenge: string;
  /** Identity source of the authorizer; undefined: none. */
  public readonly identitySource?: string;

  private constructor(name: string, headers: string[], challenge: string) {
    this.name = name;
    this.headers = headers;
    this.challenge = challenge;
    const [header, ...others] = headers;
    if (header !== undefined && others.length === 0) {
      this.identitySource = apigateway.IdentitySource.header(header);
    }
  }
}
