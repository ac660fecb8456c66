import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { AuthorizerOptions } from '../authorizer/subscription-authorizer-props';
import type { Throttle } from '../plan/throttle';
import type { ResponseOptions } from '../responses/response-options';

/** What `Paywall` and `PaidApi` have in common. */
export interface PaywallOptions extends AuthorizerOptions, ResponseOptions {
  /**
   * Lid on each method of the stage, against floods. Not applied where the stage has a throttle of its own.
   *
   * @default - 1000 requests per second, bursts of 1000
   */
  readonly stageThrottle?: Throttle;

  /**
   * Lid on each shared key of accounts that have no API Gateway key of their own.
   *
   * @default - 500 requests per second, bursts of 500
   */
  readonly poolThrottle?: Throttle;

  /**
   * Whether `HTTP_PROXY` integrations pass the caller's credential on to the backend. Lambda functions always see it.
   *
   * @default false
   */
  readonly forwardCredential?: boolean;

  /**
   * Accepts that the API has a resource policy. Its denials leave API Gateway as `ACCESS_DENIED`, and so as 402 with
   * empty members: the caller is told to pay where paying changes nothing.
   *
   * @default false
   */
  readonly acknowledgeResourcePolicy?: boolean;
}

/** Props of `Paywall`. */
export interface PaywallProps extends PaywallOptions {
  /**
   * The API to protect: a `RestApi` made in the stack of the paywall, with its own deployment and stage. An imported
   * API, a `SpecRestApi` or one with `deploy: false` is refused, as it could not be redeployed when its authorization
   * changes. Methods belong into the same stack, or into stacks nested in it.
   */
  readonly restApi: apigateway.IRestApi;
}
