import { randomUUID } from 'node:crypto';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { type InvokeResult, type StreamSink } from '../contract';
import { EngineError, messageOf } from '../engine-error';
import { type FunctionSpec } from './function-spec';
import { type OnLog } from './log-line';
import { type FromWorker, type LogLevel, type ToWorker, type WorkerInput } from './messages';

/** What all environments of one function have in common. */
export interface EnvironmentSettings {
  readonly spec: FunctionSpec;
  readonly workerFile: string;
  readonly taskRoot: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly clock: SharedArrayBuffer;
  /** How long the module may take to load, in milliseconds. */
  readonly loadLimitMs: number;
  readonly onLog?: OnLog;
}

interface Running {
  readonly requestId: string;
  readonly startedAt: number;
  readonly timer: NodeJS.Timeout;
  readonly sink: StreamSink | undefined;
  readonly chunks: Uint8Array[];
  readonly settle: (result: InvokeResult) => void;
}

/** Some settings in NODE_OPTIONS are for processes only; a thread does without any of them. */
function startWorker(file: string, env: Readonly<Record<string, string>>, options: WorkerOptions): Worker {
  try {
    return new Worker(file, { ...options, env });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
    const rest = Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'NODE_OPTIONS'));
    return new Worker(file, { ...options, env: rest });
  }
}

/** One execution environment: a thread that has loaded the function and runs one event at a time. */
export class FunctionEnvironment {
  /** Settles when the module is loaded; rejects with FunctionLoadFailed. */
  readonly ready: Promise<void>;
  /** Instant, on `performance.now()`, since which it has had nothing to do. */
  idleSince = performance.now();
  /** Called once, when the thread is gone for whatever reason. */
  onExit: () => void = () => undefined;
  private readonly worker: Worker;
  private readonly startedAt = performance.now();
  private readonly loadTimer: NodeJS.Timeout;
  private running: Running | undefined;
  private failure: string | undefined;
  private loaded!: { resolve: () => void; reject: (error: EngineError) => void };

  constructor(private readonly settings: EnvironmentSettings) {
    const { spec } = settings;
    this.ready = new Promise((resolve, reject) => (this.loaded = { resolve, reject }));
    this.ready.catch(() => undefined);
    const logStreamName = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const workerData: WorkerInput = {
      taskRoot: settings.taskRoot,
      handler: spec.handler,
      functionName: spec.name,
      functionArn: spec.arn,
      memoryMb: spec.memoryMb,
      timeoutMs: spec.timeoutMs,
      logGroupName: spec.logGroupName,
      logStreamName,
      clock: settings.clock,
      logs: settings.onLog !== undefined,
    };
    const env = { ...settings.variables, AWS_LAMBDA_LOG_STREAM_NAME: logStreamName };
    this.worker = startWorker(settings.workerFile, env, {
      workerData,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb },
      name: spec.name,
    });
    this.loadTimer = setTimeout(() => this.loadedTooLate(), settings.loadLimitMs);
    this.worker.on('message', (message: FromWorker) => this.receive(message));
    this.worker.on('error', (error) => (this.failure = messageOf(error)));
    this.worker.on('exit', (code) => this.exited(code));
  }

  /** Runs one event. The caller makes sure that nothing else is running. */
  invoke(event: string, sink?: StreamSink): Promise<InvokeResult> {
    const { timeoutMs } = this.settings.spec;
    const requestId = randomUUID();
    return new Promise((settle) => {
      const timer = setTimeout(() => this.timedOut(), timeoutMs);
      this.running = { requestId, startedAt: performance.now(), timer, sink, chunks: [], settle };
      const message: ToWorker = [requestId, event];
      this.worker.postMessage(message);
    });
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private receive(message: FromWorker): void {
    switch (message[0]) {
      case 'result':
        return this.settle((durationMs) => ({ kind: 'success', payload: message[1], durationMs }));
      case 'error': {
        const [, errorType, errorMessage, stackTrace] = message;
        return this.settle((durationMs) => ({
          kind: 'function-error',
          errorType,
          errorMessage,
          stackTrace,
          durationMs,
        }));
      }
      case 'log':
        return this.log(message[1], message[3], message[2]);
      case 'chunk':
        return this.stream(message[1]);
      case 'end':
        return this.endStream();
      case 'ready':
        clearTimeout(this.loadTimer);
        this.log('PLATFORM', `environment started in ${Math.round(performance.now() - this.startedAt)} ms`);
        return this.loaded.resolve();
      case 'failed':
        this.failure = `${message[1]}: ${message[2]}`;
        this.log('ERROR', message[3].join('\n'));
    }
  }

  private settle(result: (durationMs: number) => InvokeResult): void {
    const running = this.running;
    if (!running) return;
    this.running = undefined;
    this.idleSince = performance.now();
    clearTimeout(running.timer);
    running.settle(result(this.idleSince - running.startedAt));
  }

  private stream(chunk: Uint8Array): void {
    if (this.running?.sink) this.running.sink.write(chunk);
    else this.running?.chunks.push(chunk);
  }

  private endStream(): void {
    this.running?.sink?.end();
    const payload = Buffer.concat(this.running?.chunks ?? []).toString();
    this.settle((durationMs) => ({ kind: 'success', payload, durationMs }));
  }

  private timedOut(): void {
    const { timeoutMs } = this.settings.spec;
    this.log(
      'PLATFORM',
      `task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      this.running?.requestId,
    );
    this.settle(() => ({ kind: 'timeout', timeoutMs }));
    void this.terminate();
  }

  private loadedTooLate(): void {
    this.failure = `it took longer than ${this.settings.loadLimitMs / 1000} seconds`;
    void this.terminate();
  }

  private exited(code: number): void {
    clearTimeout(this.loadTimer);
    const { spec } = this.settings;
    const cause = this.failure ?? `Runtime exited with error: exit status ${code}`;
    if (this.running) this.log('PLATFORM', `environment ended: ${cause}`, this.running.requestId);
    this.settle(() => ({ kind: 'crash', errorMessage: cause }));
    this.loaded.reject(
      new EngineError('FunctionLoadFailed', `function ${spec.name} does not load: ${cause} [${spec.path}]`),
    );
    this.onExit();
  }

  private log(level: LogLevel, message: string, requestId = ''): void {
    const { onLog, spec } = this.settings;
    onLog?.({ functionName: spec.name, logicalId: spec.logicalId, requestId, level, message });
  }
}
