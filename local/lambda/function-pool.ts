import { type InvokeResult, type StreamSink } from '../contract';
import { messageOf } from '../engine-error';
import { type EnvironmentSettings, FunctionEnvironment } from './function-environment';

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

interface Waiting {
  readonly event: string;
  readonly sink: StreamSink | undefined;
  readonly since: number;
  readonly settle: (result: InvokeResult) => void;
}

/**
 * How long an event waits before another environment is started. On AWS it would not wait at all; here a thread more
 * than the processors can run makes everything slower, and a fast handler is free again sooner than a new one starts.
 */
const GROWTH_DELAY_MS = 10;

/** The execution environments of one function. */
export class FunctionPool {
  private readonly environments = new Set<FunctionEnvironment>();
  private readonly idle: FunctionEnvironment[] = [];
  private readonly queue: Waiting[] = [];
  private readonly maxEnvironments: number;
  private readonly maxQueue: number;
  private readonly idleMs: number;
  private starting = 0;
  private running = 0;
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
    const { reservedConcurrency } = this.settings.spec;
    if (reservedConcurrency !== undefined && this.running + this.queue.length >= reservedConcurrency) {
      return Promise.resolve({ kind: 'throttled' });
    }
    return new Promise((settle) => {
      const waiting: Waiting = { event, sink, since: performance.now(), settle };
      const free = this.idle.pop();
      if (free) this.run(free, waiting);
      else if (this.queue.length >= this.maxQueue) settle({ kind: 'throttled' });
      else {
        this.queue.push(waiting);
        this.grow();
      }
    });
  }

  /** Ends every environment; events that still wait are answered as crashed. */
  async close(): Promise<void> {
    clearInterval(this.reaper);
    clearTimeout(this.growth);
    for (const { settle } of this.queue.splice(0))
      settle({ kind: 'crash', errorMessage: 'the engine is closing' });
    await Promise.all([...this.environments].map((environment) => environment.terminate()));
  }

  private run(environment: FunctionEnvironment, { event, sink, settle }: Waiting): void {
    this.running++;
    void environment.invoke(event, sink).then((result) => {
      this.running--;
      settle(result);
      this.release(environment);
    });
  }

  private release(environment: FunctionEnvironment): void {
    if (!this.environments.has(environment)) return;
    const next = this.queue.shift();
    if (next) this.run(environment, next);
    else this.idle.push(environment);
  }

  /** Starts the first environment at once, and each further one only when the oldest event has waited a while. */
  private grow(): void {
    if (this.queue.length === 0 || this.environments.size >= this.maxEnvironments) return;
    const waited = performance.now() - this.queue[0]!.since >= GROWTH_DELAY_MS;
    if (this.starting === 0 && (this.environments.size === 0 || waited)) {
      // A failure is the answer to the event that asked for the environment.
      this.start().catch((error: unknown) => {
        this.queue.shift()?.settle({ kind: 'crash', errorMessage: messageOf(error) });
      });
    }
    this.growth ??= setTimeout(() => {
      this.growth = undefined;
      this.grow();
    }, GROWTH_DELAY_MS);
  }

  private async start(): Promise<void> {
    const environment = new FunctionEnvironment(this.settings);
    this.environments.add(environment);
    environment.onExit = () => this.remove(environment);
    this.starting++;
    try {
      await environment.ready;
    } finally {
      this.starting--;
    }
    this.release(environment);
  }

  private remove(environment: FunctionEnvironment): void {
    this.environments.delete(environment);
    const at = this.idle.indexOf(environment);
    if (at >= 0) this.idle.splice(at, 1);
    this.grow();
  }

  private reap(): void {
    const before = performance.now() - this.idleMs;
    // The longest idle ones come first: invoke() takes from the end.
    while (this.environments.size > 1 && this.idle.length > 0 && this.idle[0]!.idleSince < before) {
      void this.idle.shift()!.terminate();
    }
  }
}
