import { type MessagePort } from 'node:worker_threads';
import { AnswerSlots } from '../answer-slots';
import { Claims } from '../claims';
import {
  type FromWorker,
  MAX_PAYLOAD_BYTES,
  PAYLOAD_TOO_LARGE,
  type SentEvent,
  type ToWorker,
  type WorkerInput,
} from '../messages';
import { type Log } from './console';
import { createContext, type LambdaContext } from './context';
import { errorParts } from './errors';
import { type Handler, RuntimeError } from './load-handler';
import { isStreaming, runStreaming } from './streaming';
import { traceHeaderOf } from './trace-header';

const ANSWERS: FromWorker = ['answers'];

/** Where lines go to. */
interface Output {
  readonly log: Log;
  readonly flushOutput: () => void;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/**
 * Runs one event at a time through a handler, with the rules of the Lambda runtime about how an invocation ends.
 *
 * While a handler runs, the port to the engine does not keep the event loop alive. So Node itself tells when there is
 * nothing left to wait for (`beforeExit`), which is when a callback's answer is due, and when a handler that forgot
 * to answer is found out.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/Runtime.js
 */
export class Runtime {
  requestId = '';
  private busy = false;
  /** Sent ahead of time; the engine may have taken them back. */
  private readonly waiting: SentEvent[] = [];
  private readonly claims: Claims;
  private readonly answers: AnswerSlots;
  private ticket = 0;
  /** Messages went out for the event that runs; its answer has to come after them. */
  private hasPosted = false;
  /** Goes on with the stream, once the chunk that was sent last has been taken. */
  private whenTaken: (() => void) | undefined;
  /** What to answer once the event loop is empty. */
  private whenEmpty: (() => void) | undefined;
  private readonly isAsync: boolean;
  private readonly streaming: boolean;

  constructor(
    private readonly handler: Handler,
    private readonly input: WorkerInput,
    private readonly port: MessagePort,
    private readonly output: Output,
  ) {
    this.claims = new Claims(input.claims);
    this.answers = new AnswerSlots(input.answers);
    this.isAsync = handler.constructor.name === 'AsyncFunction';
    this.streaming = isStreaming(handler);
  }

  accept(message: ToWorker): void {
    if (typeof message === 'number') {
      if (this.isRunning(message)) this.taken();
      return;
    }
    this.waiting.push(...message);
    if (!this.busy) this.next();
  }

  eventLoopEmpty(): void {
    this.whenEmpty?.();
  }

  private next(): void {
    for (let sent = this.waiting.shift(); sent; sent = this.waiting.shift()) {
      const [requestId, event, ticket] = sent;
      if (!this.claims.claim(ticket)) continue;
      this.ticket = ticket;
      this.hasPosted = false;
      this.whenTaken = undefined;
      return this.run(requestId, event, ticket);
    }
  }

  /** Whether it is this event that runs. Of one that has been answered nothing is heard any more: it is another's turn. */
  private isRunning(ticket: number): boolean {
    return this.busy && this.ticket === ticket;
  }

  private run(requestId: string, eventText: string, ticket: number): void {
    this.requestId = requestId;
    this.busy = true;
    this.port.unref();
    this.whenEmpty = () => this.answerForgotten(ticket);
    const done = (error: unknown, result?: unknown) =>
      error === null || error === undefined ? this.succeed(ticket, result) : this.fail(ticket, error);
    let called = false;
    const callback = (error: unknown, result: unknown) => {
      if (called) return;
      called = true;
      const waits = (error === null || error === undefined) && context.callbackWaitsForEmptyEventLoop;
      if (!waits) done(error, result);
      else if (this.isRunning(ticket)) this.whenEmpty = () => this.succeed(ticket, result);
    };
    const context = createContext(this.input, requestId, { callback, done });
    try {
      const event: unknown = JSON.parse(eventText);
      process.env['_X_AMZN_TRACE_ID'] = traceHeaderOf(event, requestId);
      this.call(ticket, event, context, callback);
    } catch (error) {
      this.fail(ticket, error);
    }
  }

  private call(ticket: number, event: unknown, context: LambdaContext, callback: unknown): void {
    if (this.streaming) {
      const send = (chunk: Uint8Array, taken: () => void) => this.sendChunk(ticket, chunk, taken);
      runStreaming(this.handler, event, context, send).then(
        () => this.finish(ticket, ['end']),
        (error: unknown) => this.fail(ticket, error),
      );
      return;
    }
    const returned = this.handler(event, context, callback);
    if (!isThenable(returned)) return;
    returned.then(
      (result) => this.succeed(ticket, result),
      (error: unknown) => this.fail(ticket, error),
    );
  }

  private sendChunk(ticket: number, chunk: Uint8Array, taken: () => void): void {
    if (!this.isRunning(ticket)) return;
    this.whenTaken = taken;
    // It is waited for: the event loop is not empty.
    this.port.ref();
    this.postMessage(['chunk', chunk]);
  }

  private taken(): void {
    const goOn = this.whenTaken;
    if (!goOn) return;
    this.whenTaken = undefined;
    this.port.unref();
    goOn();
  }

  /** An async handler that can never settle is a failure; any other that never answered has answered `null`. */
  private answerForgotten(ticket: number): void {
    if (!this.isAsync && !this.streaming) this.succeed(ticket, null);
    else
      this.fail(
        ticket,
        new RuntimeError('Runtime.NodeJsExit', 'The Lambda runtime client detected an unexpected exit.'),
      );
  }

  private succeed(ticket: number, result: unknown): void {
    if (!this.isRunning(ticket)) return;
    let payload: string;
    try {
      payload = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch (error) {
      this.fail(
        ticket,
        new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body', { cause: error }),
      );
      return;
    }
    // Bytes are counted only where characters leave a doubt.
    if (payload.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      this.fail(ticket, new RuntimeError(...PAYLOAD_TOO_LARGE));
    } else this.finish(ticket, ['result', payload]);
  }

  postMessage(message: FromWorker): void {
    this.hasPosted = true;
    this.port.postMessage(message);
  }

  private fail(ticket: number, error: unknown): void {
    if (!this.isRunning(ticket)) return;
    const parts = errorParts(error);
    this.output.log(
      'ERROR',
      `Invoke Error\t${JSON.stringify({ errorType: parts[0], errorMessage: parts[1], stack: parts[2] })}`,
    );
    this.finish(ticket, ['error', ...parts]);
  }

  private finish(ticket: number, message: FromWorker): void {
    if (!this.isRunning(ticket)) return;
    this.output.flushOutput();
    this.busy = false;
    this.whenEmpty = undefined;
    this.port.ref();
    this.answer(message);
    this.next();
  }

  private answer(message: FromWorker): void {
    const isTold =
      message[0] === 'result' && !this.hasPosted ? this.answers.put(this.ticket, message[1]) : undefined;
    if (isTold === undefined) this.port.postMessage(message);
    else if (isTold) this.port.postMessage(ANSWERS);
  }
}
