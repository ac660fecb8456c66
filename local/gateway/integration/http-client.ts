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
  readonly timeoutMs: number;
}

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
    let isTimeout = false;
    try {
      const outgoing = isHttps ? httpsRequest(url, options) : httpRequest(url, options);
      const timer = setTimeout(() => {
        isTimeout = true;
        outgoing.destroy();
        resolve({ kind: 'timeout' });
      }, request.timeoutMs);
      outgoing.on('response', (message) => {
        message.once('close', () => clearTimeout(timer));
        resolve({ kind: 'answer', message });
      });
      outgoing.on('error', (error) => {
        clearTimeout(timer);
        resolve(isTimeout ? { kind: 'timeout' } : { kind: 'network-error', detail: error.message });
      });
      outgoing.end(request.body);
    } catch (error) {
      // A header or method that HTTP does not allow.
      resolve({ kind: 'network-error', detail: (error as Error).message });
    }
  });
}

/** Reads an answer whole. @returns null when it breaks off, or is larger than API Gateway takes */
export function readAnswer(message: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_PAYLOAD_BYTES) chunks.push(chunk);
      else message.destroy();
    });
    message.on('end', () => resolve(Buffer.concat(chunks)));
    message.on('error', () => resolve(null));
    message.on('close', () => resolve(null));
  });
}

/** A GET without a body carries no length. */
function lengthOf({ method, body }: BackendRequest): string[] {
  const length = Buffer.byteLength(body);
  return length > 0 || /^(?:POST|PUT|PATCH)$/.test(method) ? ['Content-Length', String(length)] : [];
}
