import { Transform, type TransformCallback } from 'node:stream';
import { MAX_PAYLOAD_BYTES } from './limits';

/** Bytes of an answer that pass as fast as they come (AG §7.9). */
const UNTHROTTLED_BYTES = MAX_PAYLOAD_BYTES;
/** 2 MB/s for the rest. */
const THROTTLED_BYTES_PER_MS = 2_097.152;
/** A tenth of a second: throttled bytes are to flow, not to come in gusts. */
const THROTTLED_PIECE_BYTES = 209_715;

/**
 * What the service lets pass of a streamed answer: nothing after a silence, and beyond 10 MB not faster than 2 MB/s.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
export class StreamLimits extends Transform {
  private readonly silence: NodeJS.Timeout;
  private delay: NodeJS.Timeout | undefined;
  private unthrottled = UNTHROTTLED_BYTES;
  /** When the throttled bytes so far are through, on the clock of `performance.now`. */
  private throughAt = 0;

  /** @param idleMs the stream ends with an error when so long nothing passes */
  constructor(idleMs: number) {
    super();
    this.silence = setTimeout(
      () => this.destroy(new Error(`nothing came for ${idleMs / 1000} s, the idle limit of streams`)),
      idleMs,
    );
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.silence.refresh();
    const free = Math.min(chunk.length, this.unthrottled);
    this.unthrottled -= free;
    if (free > 0) this.push(chunk.subarray(0, free));
    this.throttle(chunk.subarray(free), done);
  }

  private throttle(rest: Buffer, done: TransformCallback): void {
    if (rest.length === 0) return done();
    const piece = rest.subarray(0, THROTTLED_PIECE_BYTES);
    const now = performance.now();
    this.throughAt = Math.max(this.throughAt, now) + piece.length / THROTTLED_BYTES_PER_MS;
    this.delay = setTimeout(() => {
      this.silence.refresh();
      this.push(piece);
      this.throttle(rest.subarray(piece.length), done);
    }, this.throughAt - now);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.silence);
    clearTimeout(this.delay);
    done(error);
  }
}
