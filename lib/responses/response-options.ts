import type { Duration } from 'aws-cdk-lib';

/** How the responses that API Gateway makes itself look. */
export interface ResponseOptions {
  /**
   * Origin whose pages may read the responses: the value of `Access-Control-Allow-Origin`.
   *
   * @default '*'
   */
  readonly allowOrigin?: string;

  /**
   * Media type of the bodies. `application/problem+json` is the registered one; whether API Gateway uses a lone
   * template of another type than `application/json` is not documented.
   *
   * @default 'application/json'
   * @see https://www.rfc-editor.org/rfc/rfc9457
   */
  readonly mediaType?: string;

  /**
   * `Retry-After` of a 429. Whole seconds, at least 1.
   *
   * @default Duration.seconds(1)
   */
  readonly retryAfterThrottle?: Duration;

  /**
   * `Retry-After` of a 503. Whole seconds, at least 1.
   *
   * @default Duration.seconds(5)
   */
  readonly retryAfterFault?: Duration;
}
