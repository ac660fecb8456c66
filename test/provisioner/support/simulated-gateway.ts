import type { ListedKey, UsageKeyGateway } from '../../../lambda/provisioner/usage-key-gateway';
import type { Chance } from './random';
import type { VirtualClock } from './virtual-clock';

interface Key {
  readonly id: string;
  readonly value: string;
  usagePlanId?: string;
  /** From when on callers may use it. */
  honouredAt: number;
}

/**
 * API Gateway's control plane by the rules of the service: calls take time, five creations per second, a limit of
 * keys, values that are unique, one usage plan of a stage per key, and minutes until a key is honoured. Any call may
 * fail before or after it has had its effect.
 */
export class SimulatedGateway implements UsageKeyGateway {
  readonly keys = new Map<string, Key>();
  readonly createdAt: number[] = [];
  throttled = 0;
  /** Probability that a call fails; half of the failures come after the effect. */
  failures = 0;
  /** Told of a key before it is deleted. */
  onDelete: (value: string) => void = () => undefined;
  private readonly values = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
    private readonly limits: { readonly keys: number; readonly propagationMs: number },
  ) {}

  isHonoured(value: string): boolean {
    const key = this.byValue(value);
    return key?.usagePlanId !== undefined && this.clock.time() >= key.honouredAt;
  }

  byValue(value: string): Key | undefined {
    return this.keys.get(this.values.get(value) ?? '');
  }

  create(value: string): ReturnType<UsageKeyGateway['create']> {
    return this.call(() => {
      const now = this.clock.time();
      this.createdAt.push(now);
      if (this.createdAt.slice(-6).filter((at) => at > now - 1000).length > 5) {
        this.throttled += 1;
        throw new Error('TooManyRequestsException');
      }
      if (this.values.has(value)) return 'exists';
      if (this.keys.size >= this.limits.keys) return 'no-room';
      const id = `key${(this.count += 1)}`;
      this.keys.set(id, { id, value, honouredAt: Number.POSITIVE_INFINITY });
      this.values.set(value, id);
      return { keyId: id };
    });
  }

  find(name: string): Promise<string | undefined> {
    return this.call(() => this.values.get(name));
  }

  attach(usagePlanId: string, keyId: string): Promise<'attached' | 'refused'> {
    return this.call(() => {
      const key = this.keys.get(keyId);
      if (!key || (key.usagePlanId !== undefined && key.usagePlanId !== usagePlanId)) return 'refused';
      if (key.usagePlanId === undefined) {
        key.usagePlanId = usagePlanId;
        key.honouredAt = this.clock.time() + this.chance.between(0, this.limits.propagationMs);
      }
      return 'attached';
    });
  }

  delete(keyId: string): Promise<void> {
    return this.call(() => {
      const key = this.keys.get(keyId);
      if (!key) return;
      this.onDelete(key.value);
      this.keys.delete(keyId);
      this.values.delete(key.value);
    });
  }

  async *list(prefix: string): AsyncIterable<ListedKey> {
    for (const { id, value } of this.keys.values()) if (value.startsWith(prefix)) yield { id, name: value };
  }

  private async call<T>(effect: () => T): Promise<T> {
    await this.clock.sleep(this.chance.between(10, 150));
    const fails = this.chance.hits(this.failures);
    if (fails && this.chance.hits(0.5)) throw new Error('InternalServerError');
    const result = effect();
    await this.clock.sleep(this.chance.between(10, 150));
    if (fails) throw new Error('the answer was lost');
    return result;
  }
}
