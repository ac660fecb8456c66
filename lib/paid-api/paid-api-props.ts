import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { PaywallOptions } from '../paywall/paywall-props';

/** Props of `PaidApi`. */
export interface PaidApiProps extends PaywallOptions {
  /**
   * Props of the `RestApi`: its name, CORS, domain, default integration, `deployOptions`.
   *
   * @default - a Regional API without CloudWatch role
   */
  readonly restApiProps?: apigateway.RestApiProps;
}
