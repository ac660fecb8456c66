import type { ProvisioningTerms } from '../../../lib/domain/provisioning';
import { PacedGateway } from '../../../lambda/provisioner/paced-gateway';
import { Provisioner } from '../../../lambda/provisioner/provisioner';
import { MemoryUsageKeyStore } from './memory-usage-key-store';
import { Chance } from './random';
import { SimulatedGateway } from './simulated-gateway';
import { VirtualClock } from './virtual-clock';

export const MINUTE = 60_000;
export const TERMS: ProvisioningTerms = {
  scope: 'Shop-0123456789',
  usagePlans: { pro: 'plan-pro', max: 'plan-max' },
  activationWaitMs: 10 * MINUTE,
  drainMs: 5 * MINUTE,
};

/** Copies of the function that run at a time: the least that an SQS event source can be told. */
const WORKERS = 2;
const BATCH = 5;
/** The function's time limit. */
const TIME_LIMIT_MS = MINUTE;
const VISIBILITY_MS = 6 * MINUTE;
/** Far more than any weather explains. */
const MAX_DELIVERIES = 100;

interface Message {
  readonly accountId: string;
  visibleAt: number;
  deliveries: number;
}

export interface Weather {
  /** Probability that a call to API Gateway or to the table fails; half of them after their effect. */
  readonly failures: number;
  /** Probability, per call to the table, that the function ends in the middle of its work. */
  readonly crashes: number;
  /** Probability that a message is delivered once more. */
  readonly duplicates: number;
  /** Probability, per call to the table, that the function stands still for up to half a minute. */
  readonly stalls: number;
}

export const CALM: Weather = { failures: 0, crashes: 0, duplicates: 0, stalls: 0 };
export const STORM: Weather = { failures: 0.05, crashes: 0.005, duplicates: 0.1, stalls: 0.005 };

class Killed extends Error {}

/** The queue, the function, API Gateway, the accounts and whoever calls with their keys. */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly store = new MemoryUsageKeyStore();
  readonly gateway: SimulatedGateway;
  /** Moments at which a payer would have been refused. */
  readonly refusals: string[] = [];
  /** Accounts for which the Region had no room. */
  readonly exhausted: string[] = [];
  private readonly queue: Message[] = [];
  private readonly chance: Chance;
  /** When an account was last told to stop using a key: environments may remember it for `drainMs`. */
  private readonly rememberedUntil = new Map<string, number>();

  constructor(
    seed: number,
    private readonly weather: Weather,
    limits: { readonly keys: number } = { keys: 10_000 },
  ) {
    this.chance = new Chance(seed);
    this.gateway = new SimulatedGateway(this.clock, this.chance, {
      ...limits,
      propagationMs: TERMS.activationWaitMs,
    });
    this.gateway.failures = weather.failures;
    this.store.onName = (accountId, value) => this.checkNamed(accountId, value);
    this.gateway.onDelete = (value) => this.checkDeleted(value);
  }

  send(accountId: string, delayMs = 0): void {
    this.queue.push({ accountId, visibleAt: this.clock.time() + delayMs, deliveries: 0 });
  }

  /** Works until the life of the accounts has ended and nobody has anything left to do. */
  async settle(life: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    let lives = true;
    const living = life().then(() => {
      lives = false;
    });
    const workers = Array.from({ length: WORKERS }, () => this.work(() => lives));
    await this.clock.run(Promise.all([living, ...workers]));
  }

  private async work(lives: () => boolean): Promise<void> {
    while (lives() || this.queue.length > 0) {
      const now = this.clock.time();
      const batch = this.queue.filter((message) => message.visibleAt <= now).slice(0, BATCH);
      for (const message of batch) {
        message.visibleAt = now + VISIBILITY_MS;
        message.deliveries += 1;
        if (message.deliveries > MAX_DELIVERIES) throw new Error(`${message.accountId} is never done`);
      }
      if (batch.length === 0) await this.clock.sleep(1000);
      else await this.invoke(batch);
    }
  }

  /** One invocation of the function: its copy of the ports dies with it. */
  private async invoke(batch: readonly Message[]): Promise<void> {
    let alive = true;
    const timeout = this.clock.sleep(TIME_LIMIT_MS).then(() => {
      alive = false;
    });
    const guard = (): void => {
      if (!alive) throw new Killed();
    };
    const store = Object.create(this.store) as MemoryUsageKeyStore;
    store.around = async () => {
      guard();
      await this.clock.sleep(this.chance.between(2, 10));
      if (this.chance.hits(this.weather.stalls)) await this.clock.sleep(this.chance.between(0, 30_000));
      if (this.chance.hits(this.weather.crashes)) alive = false;
      guard();
      if (this.chance.hits(this.weather.failures)) throw new Error('the answer was lost');
    };
    const paced = new PacedGateway(this.gateway, async (ms) => {
      await this.clock.sleep(ms);
      guard();
    });
    const provisioner = new Provisioner(
      {
        store,
        gateway: paced,
        clock: this.clock.time,
        onExhausted: (accountId) => this.exhausted.push(accountId),
      },
      TERMS,
    );
    const work = this.deliver(batch, provisioner, guard);
    await Promise.race([work, timeout]);
  }

  private async deliver(
    batch: readonly Message[],
    provisioner: Provisioner,
    guard: () => void,
  ): Promise<void> {
    for (const message of batch) {
      try {
        const until = await provisioner.provision(message.accountId);
        guard();
        if (until !== undefined)
          this.send(message.accountId, Math.min(15 * MINUTE, until - this.clock.time()));
        if (!this.chance.hits(this.weather.duplicates)) this.queue.splice(this.queue.indexOf(message), 1);
      } catch (error) {
        if (error instanceof Killed) return;
      }
    }
  }

  private checkNamed(accountId: string, value: string | undefined): void {
    const before = this.store.accounts.get(accountId)?.usageKey;
    if (before !== undefined) this.rememberedUntil.set(before, this.clock.time() + TERMS.drainMs);
    if (value !== undefined && !this.gateway.isHonoured(value)) {
      this.refusals.push(`${accountId} was told to use ${value}, which is not honoured`);
    }
  }

  private checkDeleted(value: string): void {
    for (const account of this.store.accounts.values()) {
      if (account.usageKey === value)
        this.refusals.push(`${value} was deleted while ${account.accountId} uses it`);
    }
    if ((this.rememberedUntil.get(value) ?? 0) > this.clock.time()) {
      this.refusals.push(`${value} was deleted while environments remember it`);
    }
  }
}

/** Most calls within any second, its ends included. */
export function busiestSecond(instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b);
  let most = 0;
  for (let end = 0, start = 0; end < sorted.length; end += 1) {
    while (sorted[start]! < sorted[end]! - 1000) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}
