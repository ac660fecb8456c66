import { randomUUID } from 'node:crypto';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { type InvocationRun, type InvokeResult, type StreamSink } from '../contract';
import { EngineError, messageOf } from '../engine-error';
import { AnswerSlots } from './answer-slots';
import { Claims, MAX_HELD } from './claims';
import { type FunctionSpec } from './function-spec';
import { LinePipe } from './line-pipe';
import { type OnLog } from './log-line';
import {
  type FromWorker,
  type LogLevel,
  MAX_PAYLOAD_BYTES,
  PAYLOAD_TOO_LARGE,
  type SentEvent,
  type WorkerInput,
} from './messages';

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

/** An event that somebody waits for. */
export interface Invocation {
  readonly event: string;
  readonly sink: StreamSink | undefined;
  /** Instant on `performance.now()`. */
  readonly since: number;
  readonly settle: (result: InvokeResult) => void;
  /** Environments that died before they came to it. */
  losses: number;
}

/**
 * One message for the events of a turn: it is the message that costs, not what is in it. With more of them, the thread
 * begins while the rest is prepared.
 */
const MAX_SENT_TOGETHER = 4;

interface Held {
  readonly invocation: Invocation;
  readonly run: InvocationRun;
  readonly ticket: number;
  readonly chunks: Uint8Array[];
  chunkBytes: number;
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

/**
 * One execution environment: a thread that has loaded the function and runs one event at a time.
 *
 * Further events can be sent ahead, to wait in the thread: waking it for each of them would cost more than a fast
 * handler does.
 */
export class FunctionEnvironment {
  /** Settles when the module is loaded; rejects with FunctionLoadFailed. */
  readonly ready: Promise<void>;
  isReady = false;
  /** Instant, on `performance.now()`, since which it has had nothing to do. */
  idleSince = performance.now();
  /** Called when an event is done and its answer is out. @param durationMs of the event */
  onDone: (durationMs: number) => void = () => undefined;
  /** Called once, when the thread is gone for whatever reason, with the events that it had not started. */
  onExit: (unstarted: Invocation[]) => void = () => undefined;
  private readonly worker: Worker;
  private readonly startedAt = performance.now();
  private readonly loadTimer: NodeJS.Timeout;
  private readonly claims = new Claims();
  private readonly answers = new AnswerSlots();
  private readonly lines = new LinePipe();
  /** The first one runs, the others wait. */
  private readonly held: Held[] = [];
  private readonly outbox: SentEvent[] = [];
  private lastTicket = 0;
  /** When the first of the held events became the first. */
  private headSince = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Events have been taken back: the one that runs is slow, and none is to wait behind it. */
  private isBlocked = false;
  /** Instant on `performance.now()`. */
  private readyAt = 0;
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
      claims: this.claims.shared,
      answers: this.answers.shared,
      lines: this.lines.shared,
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
    this.worker.on('message', (message: unknown) => {
      // A library that finds itself in a thread may post messages of its own.
      if (!Array.isArray(message)) return;
      this.receive(message as unknown as FromWorker);
      this.collect();
    });
    this.worker.on('error', (error) => (this.failure = messageOf(error)));
    this.worker.on('exit', (code) => this.exited(code));
  }

  /** Whether an event waits for another one in it. */
  get isCrowded(): boolean {
    return this.held.length > 1;
  }

  /** Nothing runs in it, nothing waits in it. */
  get isIdle(): boolean {
    return this.held.length === 0;
  }

  /** Whether it may be given an event now. @param ahead whether the event may wait for others */
  hasRoom(ahead: boolean): boolean {
    if (!this.isReady) return false;
    return this.isIdle || (ahead && !this.isBlocked && this.held.length < MAX_HELD);
  }

  /** Runs an event, now or after those that it holds. The caller makes sure that there is room. */
  run(invocation: Invocation): void {
    const requestId = randomUUID();
    const waitedForStart = this.lastTicket === 0 && invocation.since < this.readyAt;
    const run = waitedForStart ? { requestId, coldStartMs: this.readyAt - this.startedAt } : { requestId };
    const ticket = ++this.lastTicket;
    this.claims.offer(ticket);
    this.held.push({ invocation, run, ticket, chunks: [], chunkBytes: 0 });
    if (this.held.length === 1) this.startHead();
    if (this.outbox.length === 0) setImmediate(() => this.sendEvents());
    if (this.outbox.push([requestId, invocation.event, ticket]) === MAX_SENT_TOGETHER) this.sendEvents();
  }

  private sendEvents(): void {
    if (this.outbox.length > 0) this.worker.postMessage(this.outbox.splice(0));
  }

  /** Gives up the events that wait, when the first one has kept them for longer than `patienceMs`. */
  takeBack(patienceMs: number): Invocation[] {
    if (this.held.length < 2 || performance.now() - this.headSince < patienceMs) return [];
    this.isBlocked = true;
    return this.unstarted(1);
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  /** Takes the answers that are there, of the first event and those after it. */
  private collect(): void {
    this.answers.wake();
    for (let head = this.held[0]; head; head = this.held[0]) {
      const payload = this.answers.take(head.ticket);
      if (payload === undefined) return;
      this.succeed(payload);
    }
  }

  private succeed(payload: string): void {
    this.settle((durationMs, run) => ({ kind: 'success', payload, durationMs, run }));
  }

  private failed(errorType: string, errorMessage: string, stackTrace: readonly string[]): void {
    this.settle((durationMs, run) => ({
      kind: 'function-error',
      errorType,
      errorMessage,
      stackTrace,
      durationMs,
      run,
    }));
  }

  private receive(message: FromWorker): void {
    switch (message[0]) {
      case 'answers':
        return;
      case 'result':
        return this.succeed(message[1]);
      case 'error':
        return this.failed(message[1], message[2], message[3]);
      case 'log':
        this.lines.read(message[3]);
        return this.log(message[1], message[3], message[2]);
      case 'chunk':
        return this.stream(message[1]);
      case 'end':
        return this.endStream();
      case 'ready':
        clearTimeout(this.loadTimer);
        this.isReady = true;
        this.readyAt = performance.now();
        this.log('PLATFORM', `environment started in ${Math.round(this.readyAt - this.startedAt)} ms`);
        return this.loaded.resolve();
      case 'failed':
        this.failure = `${message[1]}: ${message[2]}`;
        this.log('ERROR', message[3].join('\n'));
    }
  }

  private startHead(): void {
    this.headSince = performance.now();
    this.timer ??= setTimeout(() => this.checkTime(), this.settings.spec.timeoutMs);
  }

  /** One timer sees to all events, one after the other: setting one for each would cost more than the rest of it. */
  private checkTime(): void {
    this.timer = undefined;
    this.collect();
    if (this.isIdle) return;
    const left = this.headSince + this.settings.spec.timeoutMs - performance.now();
    if (left > 0) this.timer = setTimeout(() => this.checkTime(), Math.ceil(left));
    else this.timedOut();
  }

  private settle(result: (durationMs: number, run: InvocationRun) => InvokeResult): void {
    const head = this.held.shift();
    if (!head) return;
    const durationMs = performance.now() - this.headSince;
    if (this.isIdle) {
      this.idleSince = performance.now();
      this.isBlocked = false;
    } else this.startHead();
    head.invocation.settle(result(durationMs, head.run));
    this.onDone(durationMs);
  }

  /** Takes the events out that the thread has not claimed. */
  private unstarted(from: number): Invocation[] {
    const taken = this.held.slice(from).filter(({ ticket }) => this.claims.claim(ticket));
    for (const held of taken) this.held.splice(this.held.indexOf(held), 1);
    return taken.map(({ invocation }) => invocation);
  }

  private stream(chunk: Uint8Array): void {
    const head = this.held[0];
    if (!head) return;
    const taken = () => this.worker.postMessage(head.ticket);
    if (head.invocation.sink) return head.invocation.sink.write(chunk, taken);
    head.chunkBytes += chunk.length;
    if (head.chunkBytes <= MAX_PAYLOAD_BYTES) head.chunks.push(chunk);
    taken();
  }

  private endStream(): void {
    const head = this.held[0];
    if (!head) return;
    head.invocation.sink?.end();
    if (head.chunkBytes > MAX_PAYLOAD_BYTES) this.failed(...PAYLOAD_TOO_LARGE, []);
    else this.succeed(Buffer.concat(head.chunks).toString());
  }

  private timedOut(): void {
    const { timeoutMs } = this.settings.spec;
    this.log(
      'PLATFORM',
      `task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
      this.held[0]?.run.requestId,
    );
    this.isReady = false;
    this.settle((_, run) => ({ kind: 'timeout', timeoutMs, run }));
    void this.terminate();
  }

  private loadedTooLate(): void {
    this.failure = `it took longer than ${this.settings.loadLimitMs / 1000} seconds`;
    void this.terminate();
  }

  private exited(code: number): void {
    clearTimeout(this.loadTimer);
    clearTimeout(this.timer);
    this.isReady = false;
    this.collect();
    const unstarted = this.unstarted(0);
    const { spec } = this.settings;
    const cause = this.failure ?? `Runtime exited with error: exit status ${code}`;
    const [running] = this.held;
    if (running) this.log('PLATFORM', `environment ended: ${cause}`, running.run.requestId);
    this.settle((_, run) => ({ kind: 'crash', errorMessage: cause, run }));
    this.loaded.reject(
      new EngineError('FunctionLoadFailed', `function ${spec.name} does not load: ${cause} [${spec.path}]`),
    );
    this.onExit(unstarted);
  }

  private log(level: LogLevel, message: string, requestId = ''): void {
    const { onLog, spec } = this.settings;
    onLog?.({ functionName: spec.name, logicalId: spec.logicalId, requestId, level, message });
  }
}
