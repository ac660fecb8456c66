import { type Clock, type ResolvedStack } from '../contract';
import { type Authorizer } from './authorizer/authorizer';
import { Resources } from './compile/resources';
import { compileApiKeys } from './compile/usage';
import { type ApiKeys } from './usage/api-keys';
import { stageKey } from './usage/usage-plan';

/** What the control plane of API Gateway can change while requests are served. */
export class GatewayControl {
  private currentKeys: ApiKeys;
  private keysText: string;
  /** By API and stage. */
  readonly authorizers = new Map<string, readonly Authorizer[]>();

  constructor(
    stacks: readonly ResolvedStack[],
    private readonly clock: Clock,
  ) {
    this.currentKeys = compileApiKeys(new Resources(stacks), clock);
    this.keysText = textOfKeys(stacks);
  }

  get keys(): ApiKeys {
    return this.currentKeys;
  }

  /**
   * Takes over the keys and usage plans of other stacks. While those of the templates are the same, what was made and
   * counted since stays.
   *
   * @returns goes back to how it was
   */
  follow(stacks: readonly ResolvedStack[]): () => void {
    const { currentKeys, keysText } = this;
    const authorizers = [...this.authorizers];
    const text = textOfKeys(stacks);
    if (text !== keysText) {
      this.currentKeys = compileApiKeys(new Resources(stacks), this.clock);
      this.keysText = text;
    }
    return () => {
      this.currentKeys = currentKeys;
      this.keysText = keysText;
      this.authorizers.clear();
      for (const [stage, held] of authorizers) this.authorizers.set(stage, held);
    };
  }

  /** @returns false when there is no such stage */
  flushAuthorizers(apiId: string, stage: string): boolean {
    const authorizers = this.authorizers.get(stageKey(apiId, stage));
    for (const authorizer of authorizers ?? []) authorizer.flush();
    return authorizers !== undefined;
  }
}

/** Everything in the templates that keys and usage plans are made of. */
function textOfKeys(stacks: readonly ResolvedStack[]): string {
  const resources = new Resources(stacks);
  const kinds = ['ApiKey', 'UsagePlan', 'UsagePlanKey'];
  return JSON.stringify(
    kinds.map((kind) => resources.all(kind).map(({ id, properties }) => [id, properties])),
  );
}
