import { type Clock } from '../../contract';
import { QuotaWindow, type QuotaPeriod } from './quota-window';
import { TokenBucket } from './token-bucket';

export interface ThrottleSettings {
  /** Requests per second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export interface UsagePlanSettings {
  readonly id: string;
  readonly throttle: ThrottleSettings | null;
  readonly quota: { readonly limit: number; readonly period: QuotaPeriod; readonly offset: number } | null;
  readonly stages: readonly PlanStage[];
}

export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** By `/path/VERB`. */
  readonly methodThrottles: ReadonlyMap<string, ThrottleSettings>;
}

export interface ApiKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
}

export function stageKey(apiId: string, stage: string): string {
  return `${apiId}/${stage}`;
}

/**
 * What one key has used of one plan. Throttle and quota are per key, aggregated over the stages of the plan
 * (AG §5).
 */
export class KeyUsage {
  private readonly bucket: TokenBucket | null;
  private readonly quota: QuotaWindow | null;
  private readonly methodBuckets = new Map<string, TokenBucket>();

  constructor(
    readonly plan: UsagePlanSettings,
    private readonly clock: Clock,
  ) {
    const now = clock.now();
    const { throttle, quota } = plan;
    this.bucket = throttle ? new TokenBucket(throttle.rateLimit, throttle.burstLimit, now) : null;
    this.quota = quota ? new QuotaWindow(quota.limit, quota.period, quota.offset, now) : null;
    for (const { apiId, stage, methodThrottles } of plan.stages)
      for (const [method, t] of methodThrottles)
        this.methodBuckets.set(
          `${stageKey(apiId, stage)}${method}`,
          new TokenBucket(t.rateLimit, t.burstLimit, now),
        );
  }

  /**
   * Takes one request, from the plan's bucket, the method's bucket, the stage's bucket and the quota together.
   * Throttle is looked at before quota and a throttled request uses no quota (AG §3, §5: unconfirmed).
   *
   * @param method `{apiId}/{stage}/path/VERB`
   * @param stageBucket throttle of the stage's method settings
   */
  take(method: string, stageBucket: TokenBucket | null): 'taken' | 'throttled' | 'quota-exceeded' {
    const now = this.clock.now();
    const methodBucket = this.methodBuckets.get(method);
    if (this.bucket && !this.bucket.has(now)) return 'throttled';
    if (methodBucket && !methodBucket.has(now)) return 'throttled';
    if (stageBucket && !stageBucket.has(now)) return 'throttled';
    if (this.quota && !this.quota.has(now)) return 'quota-exceeded';
    this.bucket?.take();
    methodBucket?.take();
    stageBucket?.take();
    this.quota?.take();
    return 'taken';
  }
}

/** All API keys of the account and Region, each with its plans (AG §5). */
export class ApiKeys {
  private readonly byValue = new Map<
    string,
    { readonly key: ApiKey; readonly usage: Map<string, KeyUsage> }
  >();

  constructor(private readonly clock: Clock) {}

  /** @param plans the plans that the key is attached to */
  add(key: ApiKey, plans: readonly UsagePlanSettings[]): void {
    const usage = new Map<string, KeyUsage>();
    for (const plan of plans) {
      const shared = new KeyUsage(plan, this.clock);
      for (const { apiId, stage } of plan.stages) usage.set(stageKey(apiId, stage), shared);
    }
    this.byValue.set(key.value, { key, usage });
  }

  idOf(value: string): string | undefined {
    return this.byValue.get(value)?.key.id;
  }

  /** @returns undefined unless the key is enabled and attached to a plan that holds this API and stage */
  find(value: string, apiId: string, stage: string): { key: ApiKey; usage: KeyUsage } | undefined {
    const entry = this.byValue.get(value);
    const usage = entry?.key.enabled ? entry.usage.get(stageKey(apiId, stage)) : undefined;
    return entry && usage ? { key: entry.key, usage } : undefined;
  }
}
