import { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { renderProperties } from '../authorizer/render-properties';
import { reference } from './api-inventory';

/** A method of the API in its final state. */
export interface ApiMethod {
  readonly resource: CfnResource;
  /** Upper-case verb, or `ANY`. */
  readonly verb: string;
  /** Path template of its resource; undefined: it cannot be told. */
  readonly path?: string;
  readonly authorizationType: string;
  readonly authorizerId: unknown;
  readonly apiKeyRequired: boolean;
  /** An `OPTIONS` method answered by API Gateway itself: a CORS preflight, which browsers send without credential. */
  readonly preflight: boolean;
}

export function describeMethod(resource: CfnResource): ApiMethod {
  const properties = renderProperties(resource);
  const verb = String(properties.HttpMethod).toUpperCase();
  const integration = properties.Integration as { readonly Type?: string } | undefined;
  const authorizationType = (properties.AuthorizationType as string | undefined) ?? 'NONE';
  return {
    resource,
    verb,
    path: pathOf(resource),
    authorizationType,
    authorizerId: properties.AuthorizerId,
    apiKeyRequired: properties.ApiKeyRequired === true,
    preflight: verb === 'OPTIONS' && integration?.Type === 'MOCK' && authorizationType === 'NONE',
  };
}

function pathOf(method: CfnResource): string | undefined {
  const construct = method.node.scope;
  if (construct instanceof apigateway.Method) return construct.resource.path;
  const { resourceId } = method as CfnResource & { readonly resourceId?: string };
  return resourceId === undefined ? undefined : pathOfResource(resourceId);
}

/** Climbs from resource to resource up to the API's root. */
function pathOfResource(resourceId: string): string | undefined {
  const target = reference(resourceId)?.target;
  if (!CfnResource.isCfnResource(target)) return undefined;
  if (target.cfnResourceType === apigateway.CfnRestApi.CFN_RESOURCE_TYPE_NAME) return '/';
  if (target.cfnResourceType !== apigateway.CfnResource.CFN_RESOURCE_TYPE_NAME) return undefined;
  const { parentId, pathPart } = target as apigateway.CfnResource;
  const parent = pathOfResource(parentId);
  return parent === undefined ? undefined : `${parent === '/' ? '' : parent}/${pathPart}`;
}
