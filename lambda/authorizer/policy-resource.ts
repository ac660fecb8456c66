import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/** Longest ARN of a policy resource. https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_RESOURCE_CHARS = 512;

/**
 * The whole stage: the ARN of a long path would pass the limit of a policy resource. For answers that nobody reuses.
 */
export function stageResource(methodArn: string): string {
  const endOfApi = methodArn.indexOf('/');
  const endOfStage = methodArn.indexOf('/', endOfApi + 1);
  return `${methodArn.slice(0, endOfStage)}/*`;
}

/**
 * The method that was asked for, with whatever values in its path: for answers that are reused, on other paths of the
 * same method and, should the cache not tell methods apart, on none of the others.
 */
export function methodResources({
  methodArn,
  httpMethod,
  resource,
}: Pick<APIGatewayRequestAuthorizerEvent, 'methodArn' | 'httpMethod' | 'resource'>): string[] {
  const [api, stage] = methodArn.split('/');
  const pattern = `${api}/${stage}/${httpMethod}${resource.replace(/\{[^}]*\}/g, '*')}`;
  // A final slash is ignored when API Gateway looks for the method, and kept in the ARN that it compares.
  const resources = pattern.endsWith('/') ? [pattern] : [pattern, `${pattern}/`];
  // The very path of this call, should it be spelt otherwise; a wildcard in it would be the caller's.
  const spelt = /[*?]/.test(methodArn) || resources.includes(methodArn) ? [] : [methodArn];
  return [...resources, ...spelt].filter((arn) => arn.length <= MAX_RESOURCE_CHARS);
}
