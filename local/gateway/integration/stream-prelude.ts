import { headersOf, statusOf } from './aws-proxy-response';

export interface StreamHead {
  readonly status: number;
  readonly headers: string[];
}

/** Between the JSON head of a streamed answer and its body lie eight zero bytes. */
const DELIMITER = Buffer.alloc(8);
const MEMBERS: ReadonlySet<string> = new Set(['statusCode', 'headers', 'multiValueHeaders', 'cookies']);

/** AWS names no limit; all headers of an answer together have to be far smaller. */
const MAX_HEAD_BYTES = 1_048_576;

/**
 * Takes the head off a function's stream.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export class StreamPrelude {
  private seen = Buffer.alloc(0);

  /**
   * @returns undefined until the delimiter is there; null when what stands before it is no head
   */
  push(chunk: Uint8Array): { readonly head: StreamHead; readonly rest: Buffer } | null | undefined {
    this.seen = Buffer.concat([this.seen, chunk]);
    const end = this.seen.indexOf(DELIMITER);
    if (end < 0) return this.seen.length > MAX_HEAD_BYTES ? null : undefined;
    const head = readHead(this.seen.subarray(0, end).toString('utf8'));
    return head && { head, rest: this.seen.subarray(end + DELIMITER.length) };
  }
}

function readHead(text: string): StreamHead | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const head = raw as Record<string, unknown>;
  for (const member in head) if (!MEMBERS.has(member)) return null;
  const status = statusOf(head['statusCode']);
  const headers = headersOf(head['headers'], head['multiValueHeaders']);
  if (status === null || headers === null) return null;
  for (const cookie of Array.isArray(head['cookies']) ? (head['cookies'] as unknown[]) : []) {
    if (typeof cookie === 'object') return null;
    headers.push('Set-Cookie', String(cookie));
  }
  return { status, headers };
}
