/**
 * Longest answer of a function that does not stream.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6_291_556;

export const PAYLOAD_TOO_LARGE = [
  'Function.ResponseSizeTooLarge',
  `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
] as const;

/** What a thread that runs a function is started with. */
export interface WorkerInput {
  /** Directory of the function's code: `LAMBDA_TASK_ROOT`. */
  readonly taskRoot: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Offset of the engine's clock: see MovableClock. */
  readonly clock: SharedArrayBuffer;
  /** See Claims. */
  readonly claims: SharedArrayBuffer;
  /** See AnswerSlots. */
  readonly answers: SharedArrayBuffer;
  /** See LinePipe. */
  readonly lines: SharedArrayBuffer;
  /** Whether anybody reads log lines; otherwise they are not sent at all. */
  readonly logs: boolean;
}

/** One event, as plain values: the cheapest thing to send to another thread. */
export type SentEvent = readonly [requestId: string, event: string, ticket: number];

/** The events of one turn of the engine's event loop, or the ticket of the event whose latest chunk has been taken. */
export type ToWorker = readonly SentEvent[] | number;

export type FromWorker =
  | readonly [kind: 'ready']
  /** There are answers in slots. */
  | readonly [kind: 'answers']
  /** The module did not load, or has no such handler. The thread ends. */
  | readonly [kind: 'failed', errorType: string, message: string, stack: readonly string[]]
  | readonly [kind: 'result', payload: string]
  | readonly [kind: 'error', errorType: string, message: string, stack: readonly string[]]
  | readonly [kind: 'chunk', data: Uint8Array]
  | readonly [kind: 'end']
  | readonly [kind: 'log', level: LogLevel, requestId: string, message: string];

/** Levels of Lambda's own log lines; `PLATFORM` for what the engine says about an environment. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'PLATFORM';
