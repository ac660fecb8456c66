import { type LoadedStack } from '../assembly';
import { type ResolvedResource } from '../contract';
import { bagOf } from '../gateway/compile/l1';

type Resolve = (value: string, region: string) => string;

function localizeFunction(resource: ResolvedResource, resolve: (value: string) => string): ResolvedResource {
  const variables = bagOf(bagOf(resource.properties, 'Environment') ?? {}, 'Variables');
  if (resource.type !== 'AWS::Lambda::Function' || !variables) return resource;
  const Variables = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, resolve(String(value))]),
  );
  return { ...resource, properties: { ...resource.properties, Environment: { Variables } } };
}

/** The stacks with functions whose environment variables mean what they would mean on AWS. */
export function localizeFunctions(stacks: readonly LoadedStack[], resolve: Resolve): LoadedStack[] {
  return stacks.map((stack) => {
    const entries = [...stack.resources].map(
      ([id, resource]) => [id, localizeFunction(resource, (value) => resolve(value, stack.region))] as const,
    );
    return { ...stack, resources: new Map(entries) };
  });
}
