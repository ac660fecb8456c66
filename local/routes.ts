import { type ResolvedResource, type ResolvedStack } from './contract';

/** One method of a served API. */
export interface Route {
  readonly stack: string;
  /** Logical id of the REST API. */
  readonly logicalId: string;
  /** `ANY` for every verb. */
  readonly method: string;
  /** Below the stage, for example `/orders/{id}`. */
  readonly path: string;
}

/** The methods of every REST API, for people and programs to choose from; CORS preflights are left out. */
export function routesOf(stacks: readonly ResolvedStack[]): Route[] {
  const located = stacks.flatMap((stack) =>
    [...stack.resources.values()].map((resource) => ({ stack, resource })),
  );
  const ofType = (name: string) =>
    located.filter(({ resource }) => resource.type === `AWS::ApiGateway::${name}`);

  const parts = new Map<unknown, ResolvedResource>();
  for (const { resource } of ofType('Resource')) parts.set(resource.physicalId, resource);
  const pathOf = (resourceId: unknown): string => {
    const resource = parts.get(resourceId);
    return resource ? `${pathOf(resource.properties.ParentId)}/${String(resource.properties.PathPart)}` : '';
  };
  const apis = new Map(ofType('RestApi').map((api) => [api.resource.physicalId, api]));
  return ofType('Method').flatMap(({ resource: { properties } }) => {
    const api = apis.get(String(properties.RestApiId));
    const method = String(properties.HttpMethod);
    if (!api || method === 'OPTIONS') return [];
    const path = pathOf(properties.ResourceId) || '/';
    return [{ stack: api.stack.name, logicalId: api.resource.logicalId, method, path }];
  });
}
