import { type Clock } from '../../contract';
import { KeyUsage, stageKey, type UsagePlanSettings } from './usage-plan';

export interface ApiKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
}

interface Binding {
  readonly usage: KeyUsage;
  /** Instant from which the key is honoured on the plan's stages. */
  readonly from: number;
}

interface Entry {
  key: ApiKey;
  /** By plan id. */
  readonly plans: Map<string, Binding>;
  /** By API and stage: what a request looks up. */
  readonly stages: Map<string, Binding>;
}

/** All API keys of the account and Region, each with its plans (AG §5). They can change while requests are served. */
export class ApiKeys {
  private readonly byValue = new Map<string, Entry>();
  private readonly byId = new Map<string, Entry>();

  /** @param plans by id */
  constructor(
    private readonly clock: Clock,
    readonly plans: ReadonlyMap<string, UsagePlanSettings>,
  ) {}

  /** Adds a key without a plan, or changes one. Its value stays. */
  set(key: ApiKey): void {
    const known = this.byId.get(key.id);
    if (known) {
      known.key = key;
      return;
    }
    const entry: Entry = { key, plans: new Map(), stages: new Map() };
    this.byId.set(key.id, entry);
    this.byValue.set(key.value, entry);
  }

  delete(id: string): void {
    const entry = this.byId.get(id);
    if (!entry) return;
    this.byId.delete(id);
    this.byValue.delete(entry.key.value);
  }

  /** @param from instant from which the key is honoured; milliseconds since the epoch */
  attach(id: string, planId: string, from = Number.NEGATIVE_INFINITY): void {
    const [entry, plan] = [this.byId.get(id), this.plans.get(planId)];
    if (!entry || !plan) return;
    const binding = { usage: new KeyUsage(plan, this.clock), from };
    entry.plans.set(planId, binding);
    for (const { apiId, stage } of plan.stages) entry.stages.set(stageKey(apiId, stage), binding);
  }

  detach(id: string, planId: string): void {
    const entry = this.byId.get(id);
    const binding = entry?.plans.get(planId);
    if (!entry || !binding) return;
    entry.plans.delete(planId);
    for (const [stage, held] of entry.stages) if (held === binding) entry.stages.delete(stage);
  }

  get(id: string): ApiKey | undefined {
    return this.byId.get(id)?.key;
  }

  /** In the order in which they were made. */
  all(): ApiKey[] {
    return [...this.byId.values()].map(({ key }) => key);
  }

  /** Ids of the plans that the key is on. */
  plansOf(id: string): string[] {
    return [...(this.byId.get(id)?.plans.keys() ?? [])];
  }

  idOf(value: string): string | undefined {
    return this.byValue.get(value)?.key.id;
  }

  /** @returns undefined unless the key is enabled and attached to a plan that holds this API and stage */
  find(value: string, apiId: string, stage: string): { key: ApiKey; usage: KeyUsage } | undefined {
    const entry = this.byValue.get(value);
    const binding = entry?.key.enabled ? entry.stages.get(stageKey(apiId, stage)) : undefined;
    if (!entry || !binding || binding.from > this.clock.now()) return undefined;
    return { key: entry.key, usage: binding.usage };
  }
}
