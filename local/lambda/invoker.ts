import { availableParallelism } from 'node:os';
import { type LoadedStack } from '../assembly';
import { type MovableClock } from '../clock';
import { type FunctionInvoker, type InvokeResult, type StreamSink } from '../contract';
import { EngineError, messageOf } from '../engine-error';
import { workerFile } from '../worker-file';
import { CodeDirectories, verifyCode } from './code-directory';
import { environmentVariables } from './environment-variables';
import { type EnvironmentSettings } from './function-environment';
import { FunctionPool, type PoolLimits } from './function-pool';
import { type FunctionSpec, functionSpecs, isNodeRuntime, reachedSpecs } from './function-spec';
import { type OnLog } from './log-line';

export interface InvokerOptions extends PoolLimits {
  readonly clock: MovableClock;
  /** Variables that every function gets, for example `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Variables that every function gets in place of its own of the same name. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly onLog?: OnLog;
}

/** A function as other programs find it. */
export interface FunctionInfo {
  readonly stack: string;
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** What the function sees, `AWS_REGION`, dummy credentials and service endpoints included. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of the resource in the template. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const LOAD_LIMIT_MS = 10_000;

/** A function ARN without its qualifier has seven parts. */
const ARN_PARTS = 7;

/** Runs the functions of loaded stacks. */
export class LocalInvoker implements FunctionInvoker {
  readonly specs: readonly FunctionSpec[];
  /** Those that a REST API can call. */
  readonly reached: ReadonlySet<FunctionSpec>;
  private readonly byArn = new Map<string, FunctionSpec>();
  private readonly pools = new Map<FunctionSpec, Promise<FunctionPool>>();
  /** Those of `pools` that are there: an event goes to one of them at once. */
  private readonly open = new Map<FunctionSpec, FunctionPool>();
  private readonly directories = new CodeDirectories();

  constructor(
    stacks: readonly LoadedStack[],
    private readonly options: InvokerOptions,
  ) {
    this.specs = functionSpecs(stacks).map((spec) => ({
      ...spec,
      environment: { ...spec.environment, ...options.overrides },
    }));
    this.reached = reachedSpecs(this.specs, stacks);
    for (const spec of this.specs) this.byArn.set(spec.arn, spec).set(spec.name, spec);
  }

  has(functionArn: string): boolean {
    return this.find(functionArn) !== undefined;
  }

  invoke(functionArn: string, event: string, sink?: StreamSink): Promise<InvokeResult> {
    const spec = this.find(functionArn);
    if (!spec) return Promise.resolve({ kind: 'crash', errorMessage: `Function not found: ${functionArn}` });
    return this.open.get(spec)?.invoke(event, sink) ?? this.invokeFirst(spec, event, sink);
  }

  private invokeFirst(spec: FunctionSpec, event: string, sink?: StreamSink): Promise<InvokeResult> {
    return this.pool(spec).then(
      (pool) => pool.invoke(event, sink),
      (error: unknown): InvokeResult => ({ kind: 'crash', errorMessage: messageOf(error) }),
    );
  }

  /**
   * Loads every function that requests can come to, so that a broken one is known before the first of them. Of the
   * others, which only run when they are invoked by hand, it looks whether the code is there.
   *
   * @throws what `warm` throws
   */
  async start(): Promise<void> {
    const others = this.specs.filter((spec) => !this.reached.has(spec) && spec.code.kind === 'asset');
    await Promise.all(others.map(verifyCode));
    await this.warm([...this.reached]);
  }

  /**
   * Loads functions once, a few at a time.
   *
   * @throws FunctionRuntimeUnsupported, FunctionCodeMissing, FunctionCodeBroken, FunctionLoadFailed: the first one
   *   alone, or with several broken functions the code of the first and the messages of all
   */
  async warm(specs: readonly FunctionSpec[]): Promise<void> {
    const waiting = [...specs];
    const failures = new Map<FunctionSpec, unknown>();
    const work = async () => {
      for (let spec = waiting.shift(); spec; spec = waiting.shift()) {
        const loading = spec;
        await this.pool(loading)
          .then((pool) => pool.warm())
          .catch((error: unknown) => failures.set(loading, error));
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, work));
    const inOrder = specs.filter((spec) => failures.has(spec)).map((spec) => failures.get(spec));
    const [first] = inOrder;
    if (inOrder.length > 1 && first instanceof EngineError) {
      throw new EngineError(first.code, inOrder.map(messageOf).join('\n'));
    }
    if (first !== undefined) throw first;
  }

  describe(): FunctionInfo[] {
    return this.specs.map((spec) => ({
      stack: spec.stack,
      logicalId: spec.logicalId,
      name: spec.name,
      arn: spec.arn,
      environment: environmentVariables(spec, this.options.variables ?? {}),
      metadata: spec.metadata,
    }));
  }

  /** Closes once no event runs or waits any more. The caller sees to it that none comes. */
  async retire(): Promise<void> {
    const pools = await Promise.allSettled(this.pools.values());
    await Promise.all(pools.map((pool) => (pool.status === 'fulfilled' ? pool.value.drained() : undefined)));
    await this.close();
  }

  async close(): Promise<void> {
    const pools = await Promise.allSettled(this.pools.values());
    await Promise.all(pools.map((pool) => (pool.status === 'fulfilled' ? pool.value.close() : undefined)));
    await this.directories.close();
  }

  private find(functionArn: string): FunctionSpec | undefined {
    return (
      this.byArn.get(functionArn) ?? this.byArn.get(functionArn.split(':').slice(0, ARN_PARTS).join(':'))
    );
  }

  private pool(spec: FunctionSpec): Promise<FunctionPool> {
    const known = this.pools.get(spec);
    if (known) return known;
    const made = this.createPool(spec);
    this.pools.set(spec, made);
    return made;
  }

  private async createPool(spec: FunctionSpec): Promise<FunctionPool> {
    if (!isNodeRuntime(spec)) {
      throw new EngineError(
        'FunctionRuntimeUnsupported',
        `function ${spec.name} runs on ${spec.runtime ?? 'a container image'}; only Node.js runtimes run locally [${spec.path}]`,
      );
    }
    const taskRoot = await this.directories.directoryOf(spec);
    const { clock, onLog, variables = {}, loadLimitMs = LOAD_LIMIT_MS } = this.options;
    const settings: EnvironmentSettings = {
      spec,
      workerFile: workerFile('function-worker.js'),
      taskRoot,
      variables: { ...environmentVariables(spec, variables), LAMBDA_TASK_ROOT: taskRoot },
      clock: clock.shared,
      loadLimitMs,
      onLog,
    };
    const pool = new FunctionPool(settings, this.options);
    this.open.set(spec, pool);
    return pool;
  }
}
