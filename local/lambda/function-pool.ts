import { type InvokeResult, type StreamSink } from '../contract';
import { messageOf } from '../engine-error';
import { type EnvironmentSettings, FunctionEnvironment, type Invocation } from './function-environment';

export interface PoolLimits {
  /** Environments of one function at a time. @default 4 */
  readonly maxEnvironments?: number;
  /** Events that may wait for an environment; further ones are throttled. @default 1000 */
  readonly maxQueue?: number;
  /** After this long without an event an environment is closed; one is kept. Milliseconds. @default 60000 */
  readonly idleMs?: number;
  /** How long a module may take to load: what the service allows. Milliseconds. @default 10000 */
  readonly loadLimitMs?: number;
}

/**
 * How long an event waits before another environment is started. On AWS it would not wait at all; here a thread more
 * than the processors can run makes everything slower, and a fast handler is free again sooner than a new one starts.
 */
const GROWTH_DELAY_MS = 10;

/** A function whose events take no longer gets them ahead of time, since waking a thread then costs more than waiting. */
const FAST_MS = 5;
/** Weight of the latest event in the average duration. */
const SMOOTHING = 0.1;

const DRAIN_CHECK_MS = 20;

/** After so many environments that died before they came to an event, it is answered as crashed. */
const MAX_LOSSES = 2;

function closing(): InvokeResult {
  return { kind: 'crash', errorMessage: 'the engine is closing' };
}

/** The execution environments of one function. */
export class FunctionPool {
  private readonly environments = new Set<FunctionEnvironment>();
  private readonly queue: Invocation[] = [];
  private readonly maxEnvironments: number;
  private readonly maxQueue: number;
  private readonly idleMs: number;
  private isClosed = false;
  private starting = 0;
  private running = 0;
  /** Moving average over the events so far. */
  private durationMs = Number.POSITIVE_INFINITY;
  private growth: NodeJS.Timeout | undefined;
  private readonly reaper: NodeJS.Timeout;

  constructor(
    private readonly settings: EnvironmentSettings,
    limits: PoolLimits,
  ) {
    const { maxEnvironments = 4, maxQueue = 1000, idleMs = 60_000 } = limits;
    this.maxEnvironments = maxEnvironments;
    this.maxQueue = maxQueue;
    this.idleMs = idleMs;
    this.reaper = setInterval(() => this.reap(), Math.max(10, idleMs / 4)).unref();
  }

  /** Loads the function once, and keeps the environment for the first event. Rejects with FunctionLoadFailed. */
  warm(): Promise<void> {
    return this.start();
  }

  invoke(event: string, sink?: StreamSink): Promise<InvokeResult> {
    if (this.isClosed) return Promise.resolve(closing());
    const { reservedConcurrency } = this.settings.spec;
    if (reservedConcurrency !== undefined && this.running + this.queue.length >= reservedConcurrency) {
      return Promise.resolve({ kind: 'throttled' });
    }
    return new Promise((settle) => {
      const invocation: Invocation = { event, sink, since: performance.now(), settle, losses: 0 };
      const free = this.choose();
      if (free) this.run(free, invocation);
      else if (this.queue.length >= this.maxQueue) settle({ kind: 'throttled' });
      else this.queue.push(invocation);
      this.watch();
    });
  }

  /** Settles when no event runs or waits, or when the pool is closed. */
  async drained(): Promise<void> {
    while (!this.isClosed && this.running + this.queue.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS).unref());
    }
  }

  /** Ends every environment; events that still wait are answered as crashed. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.reaper);
    clearTimeout(this.growth);
    for (const { settle } of this.queue.splice(0)) settle(closing());
    await Promise.all([...this.environments].map((environment) => environment.terminate()));
  }

  private get isFast(): boolean {
    return this.durationMs < FAST_MS;
  }

  /** The first that has room, so that few are busy and the others can be closed. */
  private choose(): FunctionEnvironment | undefined {
    for (const environment of this.environments) if (environment.hasRoom(this.isFast)) return environment;
    return undefined;
  }

  private run(environment: FunctionEnvironment, invocation: Invocation): void {
    this.running++;
    environment.run(invocation);
  }

  private done(durationMs: number): void {
    this.running--;
    const last = Number.isFinite(this.durationMs) ? this.durationMs : durationMs;
    this.durationMs = last + SMOOTHING * (durationMs - last);
    this.drain();
  }

  private drain(): void {
    while (this.queue.length > 0) {
      const free = this.choose();
      if (!free) return;
      this.run(free, this.queue.shift()!);
    }
  }

  /** Looks again in a while, as long as any event waits. */
  private watch(): void {
    if (this.growth) return;
    const isWaiting = this.queue.length > 0 || [...this.environments].some(({ isCrowded }) => isCrowded);
    if (!isWaiting) return;
    if (this.environments.size === 0) this.grow();
    this.growth = setTimeout(() => {
      this.growth = undefined;
      this.unblock();
      this.grow();
      this.watch();
    }, GROWTH_DELAY_MS);
  }

  /** No event waits for a slow one while it could run elsewhere. */
  private unblock(): void {
    for (const environment of this.environments) {
      const back = environment.takeBack(GROWTH_DELAY_MS);
      this.running -= back.length;
      this.queue.unshift(...back);
    }
    this.drain();
  }

  /** Starts the first environment at once, and each further one only when the oldest event has waited a while. */
  private grow(): void {
    if (this.queue.length === 0 || this.environments.size >= this.maxEnvironments) return;
    const waited = performance.now() - this.queue[0]!.since >= GROWTH_DELAY_MS;
    if (this.starting > 0 || (this.environments.size > 0 && !waited)) return;
    // A failure is the answer to the event that asked for the environment.
    this.start().catch((error: unknown) => {
      this.queue.shift()?.settle({ kind: 'crash', errorMessage: messageOf(error) });
    });
  }

  private async start(): Promise<void> {
    const environment = new FunctionEnvironment(this.settings);
    this.environments.add(environment);
    environment.onDone = (durationMs) => this.done(durationMs);
    environment.onExit = (unstarted) => this.lost(environment, unstarted);
    this.starting++;
    try {
      await environment.ready;
    } finally {
      this.starting--;
    }
    this.drain();
  }

  private lost(environment: FunctionEnvironment, unstarted: readonly Invocation[]): void {
    this.environments.delete(environment);
    this.running -= unstarted.length;
    for (const invocation of unstarted) invocation.losses++;
    const lost = unstarted.filter(({ losses }) => this.isClosed || losses > MAX_LOSSES);
    for (const { settle } of lost)
      settle({ kind: 'crash', errorMessage: 'the environment ended before it came to the event' });
    this.queue.unshift(...unstarted.filter((invocation) => !lost.includes(invocation)));
    this.drain();
    this.watch();
  }

  private reap(): void {
    const before = performance.now() - this.idleMs;
    for (const environment of this.environments) {
      if (this.environments.size === 1) return;
      if (!environment.isReady || !environment.isIdle || environment.idleSince >= before) continue;
      this.environments.delete(environment);
      void environment.terminate();
    }
  }
}
