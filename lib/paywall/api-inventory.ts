import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { renderProperties } from '../authorizer/render-properties';

/** The resources of one API, wherever in the app they are. */
export interface ApiInventory {
  readonly methods: readonly CfnResource[];
  readonly authorizers: readonly CfnResource[];
  readonly gatewayResponses: readonly CfnResource[];
  readonly stages: readonly CfnResource[];
}

export function takeInventory(root: IConstruct, restApi: apigateway.CfnRestApi): ApiInventory {
  const resources = root.node.findAll().filter(CfnResource.isCfnResource);
  const ofType = (type: string) =>
    resources
      .filter((resource) => resource.cfnResourceType === type && belongsTo(resource, restApi))
      .sort((a, b) => (a.node.path < b.node.path ? -1 : 1));
  return {
    methods: ofType(apigateway.CfnMethod.CFN_RESOURCE_TYPE_NAME),
    authorizers: ofType(apigateway.CfnAuthorizer.CFN_RESOURCE_TYPE_NAME),
    gatewayResponses: ofType(apigateway.CfnGatewayResponse.CFN_RESOURCE_TYPE_NAME),
    stages: ofType(apigateway.CfnStage.CFN_RESOURCE_TYPE_NAME),
  };
}

export function isMethod(node: IConstruct): node is apigateway.CfnMethod {
  return (
    CfnResource.isCfnResource(node) && node.cfnResourceType === apigateway.CfnMethod.CFN_RESOURCE_TYPE_NAME
  );
}

export function isGatewayResponse(node: IConstruct): node is apigateway.CfnGatewayResponse {
  return (
    CfnResource.isCfnResource(node) &&
    node.cfnResourceType === apigateway.CfnGatewayResponse.CFN_RESOURCE_TYPE_NAME
  );
}

/**
 * Whether a resource is part of the API. By the target of its reference, as logical ids repeat among stacks; a
 * resource made from raw properties only within the API's own stack.
 */
export function belongsTo(resource: CfnResource, restApi: apigateway.CfnRestApi): boolean {
  const { restApiId } = resource as CfnResource & { readonly restApiId?: string };
  if (restApiId !== undefined) return referenceTarget(restApiId) === restApi;
  const stack = Stack.of(restApi);
  if (Stack.of(resource) !== stack) return false;
  const raw = renderProperties(resource).RestApiId as { readonly Ref?: string } | undefined;
  return raw?.Ref !== undefined && raw.Ref === stack.resolve(restApi.logicalId);
}

/** Whether a resource is deployed with the API: in its stack, or in one that is nested in it. */
export function isDeployedWith(resource: IConstruct, restApi: IConstruct): boolean {
  for (let stack: Stack | undefined = Stack.of(resource); stack; stack = stack.nestedStackParent) {
    if (stack === Stack.of(restApi)) return true;
  }
  return false;
}

/** The construct that a token refers to, if it is nothing but a reference. */
export function referenceTarget(value: string): IConstruct | undefined {
  return reference(value)?.target;
}

export function reference(value: string): Reference | undefined {
  const token = Tokenization.reverse(value, { failConcat: false });
  return token !== undefined && Reference.isReference(token) ? token : undefined;
}
