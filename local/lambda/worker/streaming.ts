import { Writable } from 'node:stream';
import { type Handler } from './load-handler';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Between the JSON prelude of an HTTP response and its body lie eight zero bytes. */
const DELIMITER = new Uint8Array(8);

/** What a streaming handler writes its answer to. */
class ResponseStream extends Writable {
  /** Set by HttpResponseStream.from: status and headers, which go out before the first byte. */
  prelude: string | undefined;

  constructor(private readonly send: (chunk: Uint8Array) => void) {
    super();
  }

  setContentType(_contentType: string): void {
    // The media type of the stream itself says only whether a prelude follows, which `prelude` already says.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.sendPrelude();
    this.send(Uint8Array.from(chunk));
    callback();
  }

  override _final(callback: () => void): void {
    this.sendPrelude();
    callback();
  }

  private sendPrelude(): void {
    if (this.prelude === undefined) return;
    this.send(Buffer.from(this.prelude));
    this.send(DELIMITER);
    this.prelude = undefined;
  }
}

/**
 * Defines the global `awslambda`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export function installStreaming(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: Handler) => Object.assign(handler, { [STREAMING]: 'response' }),
      HttpResponseStream: {
        from: (stream: ResponseStream, prelude: unknown) => {
          stream.prelude = JSON.stringify(prelude);
          return stream;
        },
      },
    },
  });
}

export function isStreaming(handler: Handler): boolean {
  return (handler as unknown as Record<symbol, unknown>)[STREAMING] === 'response';
}

/** Runs a streaming handler until both its promise and its stream are finished. */
export async function runStreaming(
  handler: Handler,
  event: unknown,
  context: unknown,
  send: (chunk: Uint8Array) => void,
): Promise<void> {
  const stream = new ResponseStream(send);
  const finished = new Promise<void>((resolve, reject) =>
    stream.once('finish', resolve).once('error', reject),
  );
  finished.catch(() => undefined);
  const returned = handler(event, stream, context);
  if (typeof (returned as PromiseLike<unknown> | undefined)?.then !== 'function') {
    throw new Error('Streaming does not support non-async handlers.');
  }
  await returned;
  if (!stream.writableEnded) throw new Error('Response stream is not finished.');
  await finished;
}
