import { type Clock, type ResolvedStack } from '../contract';
import { type Authorizer } from './authorizer/authorizer';
import { Resources } from './compile/resources';
import { compileApiKeys } from './compile/usage';
import { type ApiKeys } from './usage/api-keys';
import { stageKey } from './usage/usage-plan';

/** What the control plane of API Gateway can change while requests are served. */
export class GatewayControl {
  readonly keys: ApiKeys;
  /** By API and stage. */
  readonly authorizers = new Map<string, readonly Authorizer[]>();

  constructor(stacks: readonly ResolvedStack[], clock: Clock) {
    this.keys = compileApiKeys(new Resources(stacks), clock);
  }

  /** @returns false when there is no such stage */
  flushAuthorizers(apiId: string, stage: string): boolean {
    const authorizers = this.authorizers.get(stageKey(apiId, stage));
    for (const authorizer of authorizers ?? []) authorizer.flush();
    return authorizers !== undefined;
  }
}
