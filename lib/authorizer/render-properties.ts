import { Stack, type CfnResource } from 'aws-cdk-lib';

interface RenderedTemplate {
  readonly Resources: Readonly<Record<string, { readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/**
 * The properties of a resource as they go into the template, raw overrides included: what is deployed, not what was
 * asked for.
 */
export function renderProperties(resource: CfnResource): Readonly<Record<string, unknown>> {
  const template = Stack.of(resource).resolve(resource._toCloudFormation()) as RenderedTemplate;
  return Object.values(template.Resources)[0]?.Properties ?? {};
}
