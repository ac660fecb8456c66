import { type ResolvedResource, type ResolvedStack } from '../../contract';
import { type Properties, stringOf } from './l1';

/** A resource with the stack that it stands in. */
export interface Located {
  readonly stack: ResolvedStack;
  readonly id: string;
  readonly resource: ResolvedResource;
  readonly properties: Properties;
}

/** Resources of all stacks, found by type; those of API Gateway also by the API that they belong to. */
export class Resources {
  private readonly byType = new Map<string, Located[]>();

  constructor(stacks: readonly ResolvedStack[]) {
    for (const stack of stacks)
      for (const resource of stack.resources.values()) {
        const list = this.byType.get(resource.type);
        const located = { stack, id: resource.physicalId, resource, properties: resource.properties };
        if (list) list.push(located);
        else this.byType.set(resource.type, [located]);
      }
  }

  ofType(type: string): readonly Located[] {
    return this.byType.get(type) ?? [];
  }

  /** @param name what follows `AWS::ApiGateway::` */
  all(name: string): readonly Located[] {
    return this.ofType(`AWS::ApiGateway::${name}`);
  }

  ofApi(name: string, apiId: string): readonly Located[] {
    return this.all(name).filter((l) => stringOf(l.properties, 'RestApiId') === apiId);
  }
}
