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
  readonly name: string;
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
