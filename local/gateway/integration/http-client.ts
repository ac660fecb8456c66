import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { MAX_PAYLOAD_BYTES } from '../http/limits';

const AGENTS = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

export interface BackendRequest {
  readonly method: string;
  readonly url: string;
  /** Names and values alternating. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** For the headers of the answer; without it they have `timeoutMs`. */
  readonly headTimeoutMs?: number;
}

class BackendTimeout extends Error {}

/** Outcome of a call to an HTTP backend; never thrown. */
export type BackendResult =
  | {
      readonly kind: 'answer';
      readonly message: IncomingMessage;
    }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'network-error'; readonly detail: string };

/** Sends a request; settles when the backend's headers are there. Redirects are not followed. */
export function callBackend(request: BackendRequest): Promise<BackendResult> {
  return new Promise((resolve) => {
    let url: URL;
    try {
      url = new URL(request.url);
    } catch {
      resolve({ kind: 'network-error', detail: `not a URL: ${request.url}` });
      return;
    }
    const isHttps = url.protocol === 'https:';
    const options = {
      method: request.method,
      headers: [...request.headers, ...lengthOf(request), 'Host', url.host],
      agent: isHttps ? AGENTS.https : AGENTS.http,
    };
    try {
      const outgoing = isHttps ? httpsRequest(url, options) : httpRequest(url, options);
      let answer: IncomingMessage | undefined;
      const timedOut = (): void => {
        resolve({ kind: 'timeout' });
        (answer ?? outgoing).destroy(new BackendTimeout('Endpoint request timed out'));
      };
      const timer = setTimeout(timedOut, request.timeoutMs);
      const headTimer = setTimeout(timedOut, request.headTimeoutMs ?? request.timeoutMs);
      outgoing.on('response', (message) => {
        answer = message;
        clearTimeout(headTimer);
        message.once('close', () => clearTimeout(timer));
        resolve({ kind: 'answer', message });
      });
      outgoing.on('error', (error) => resolve({ kind: 'network-error', detail: error.message }));
      outgoing.on('close', () => {
        clearTimeout(timer);
        clearTimeout(headTimer);
        // A switch of protocols that nobody asked for closes the connection without an error.
        resolve({ kind: 'network-error', detail: 'the connection was closed without an answer' });
      });
      outgoing.end(request.body);
    } catch (error) {
      // A header or method that HTTP does not allow.
      resolve({ kind: 'network-error', detail: (error as Error).message });
    }
  });
}

/** Why an answer cannot be read whole: it breaks off, takes too long, or is larger than API Gateway takes. */
export type UnreadAnswer = 'timeout' | 'network-error' | 'too-large';

export function readAnswer(message: IncomingMessage): Promise<Buffer | UnreadAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_PAYLOAD_BYTES) chunks.push(chunk);
      else {
        // First of all: what has arrived already may be the end, and a part must not pass for the whole.
        resolve('too-large');
        message.destroy();
      }
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', (error) => resolve(error instanceof BackendTimeout ? 'timeout' : 'network-error'));
    message.on('close', () => resolve('network-error'));
  });
}

/** A GET without a body carries no length. */
function lengthOf({ method, body }: BackendRequest): string[] {
  const length = Buffer.byteLength(body);
  return length > 0 || /^(?:POST|PUT|PATCH)$/.test(method) ? ['Content-Length', String(length)] : [];
}
