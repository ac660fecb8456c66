import { Writable } from 'node:stream';
import { type Handler } from './load-handler';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Between the JSON prelude of an HTTP response and its body lie eight zero bytes. */
const DELIMITER = new Uint8Array(8);

/** @param taken called when there is room for another chunk */
export type SendChunk = (chunk: Uint8Array, taken: () => void) => void;

/** What a streaming handler writes its answer to. */
class ResponseStream extends Writable {
  /** Set by HttpResponseStream.from: status and headers, which go out before the first byte. */
  prelude: string | undefined;

  constructor(private readonly send: SendChunk) {
    super();
  }

  setContentType(_contentType: string): void {
    // The media type of the stream itself says only whether a prelude follows, which `prelude` already says.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.sendAll([chunk], callback);
  }

  /** What was written while a chunk was not taken goes as one. */
  override _writev(writes: { chunk: Buffer }[], callback: () => void): void {
    this.sendAll(
      writes.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: () => void): void {
    if (this.prelude === undefined) callback();
    else this.sendAll([], callback);
  }

  private sendAll(chunks: readonly Uint8Array[], taken: () => void): void {
    const head = this.prelude === undefined ? [] : [Buffer.from(this.prelude), DELIMITER];
    this.prelude = undefined;
    // Memory of its own: what is sent to another thread takes along all the memory that it is a part of.
    this.send(Uint8Array.from(Buffer.concat([...head, ...chunks])), taken);
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
  send: SendChunk,
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
