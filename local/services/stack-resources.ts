import { type ResolvedResource, type ResolvedStack } from '../contract';

export interface StackResource {
  readonly stack: ResolvedStack;
  readonly resource: ResolvedResource;
}

/** Every resource of a type, in template order. */
export function resourcesOfType(stacks: readonly ResolvedStack[], type: string): StackResource[] {
  return stacks.flatMap((stack) =>
    [...stack.resources.values()]
      .filter((resource) => resource.type === type)
      .map((resource) => ({ stack, resource })),
  );
}

export interface ArnParts {
  readonly region: string;
  readonly accountId: string;
  /** What follows the account: `event-bus/orders`. */
  readonly resource: string;
}

export function parseArn(arn: string): ArnParts {
  const [, , , region = '', accountId = '', ...resource] = arn.split(':');
  return { region, accountId, resource: resource.join(':') };
}
