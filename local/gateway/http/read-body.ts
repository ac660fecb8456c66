import { type IncomingMessage } from 'node:http';
import { MAX_PAYLOAD_BYTES } from './limits';

const EMPTY = Buffer.alloc(0);

/** Whether a body was announced. Without this most requests would wait a turn of the event loop for nothing. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Reads the whole body: API Gateway calls nothing before it has it.
 *
 * @returns `too-large` past 10 MB, `aborted` when the client went away
 */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_PAYLOAD_BYTES) return Promise.resolve('too-large');
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_PAYLOAD_BYTES) resolve('too-large');
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 0 ? EMPTY : Buffer.concat(chunks)));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
