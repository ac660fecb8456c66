import type { IAspect } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { SubscriptionAuthorizer } from '../authorizer/subscription-authorizer';
import { belongsTo, isDeployedWith, isGatewayResponse, isMethod } from './api-inventory';
import { describeMethod } from './api-method';
import { classOf } from './method-class';
import type { OwnedRestApi } from './owned-rest-api';
import { withholdCredential } from './withhold-credential';

/**
 * Puts the authorizer on every method that is not public, those added after the paywall included.
 *
 * Methods that carry another authorization are left as they are: that is somebody's decision, and the validation
 * reports it.
 */
export class Guard implements IAspect {
  constructor(
    private readonly restApi: OwnedRestApi,
    private readonly authorizer: SubscriptionAuthorizer,
    private readonly forwardCredential: boolean,
  ) {}

  public visit(node: IConstruct): void {
    if (isMethod(node) && belongsTo(node, this.restApi.resource)) {
      this.deployAfter(node);
      if (!this.isPublic(node)) this.guard(node);
    } else if (isGatewayResponse(node) && belongsTo(node, this.restApi.resource)) {
      this.deployAfter(node);
    }
  }

  private guard(method: apigateway.CfnMethod): void {
    const { authorizationType = apigateway.AuthorizationType.NONE, authorizerId } = method;
    const open = authorizationType === apigateway.AuthorizationType.NONE;
    if (!open && authorizerId !== this.authorizer.authorizerId) return;
    method.authorizationType = apigateway.AuthorizationType.CUSTOM;
    method.authorizerId = this.authorizer.authorizerId;
    // Without it API Gateway skips the usage plan, and with it the throttle and the 403 lane (AG §3).
    method.apiKeyRequired = true;
    if (!this.forwardCredential) withholdCredential(method, this.authorizer.credentialSource);
  }

  private isPublic(method: apigateway.CfnMethod): boolean {
    const siblings = this.restApi.api.methods.map(({ httpMethod, resource }) => ({
      verb: httpMethod,
      path: resource.path,
    }));
    return classOf(describeMethod(method), siblings, this.authorizer._catalogue.catalogue) === 'public';
  }

  /** A deployment made before its parts would be a snapshot without them; nested stacks are parts, too. */
  private deployAfter(node: apigateway.CfnMethod | apigateway.CfnGatewayResponse): void {
    const { deployment } = this.restApi;
    if (isDeployedWith(node, deployment)) deployment.node.addDependency(node);
  }
}
