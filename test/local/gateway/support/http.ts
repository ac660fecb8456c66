import { request } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  /** By lower-case name; repeated ones joined by node. */
  readonly headers: Record<string, string>;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** Undefined unless the body is JSON. */
  readonly json: any;
}

export interface Call {
  readonly method?: string;
  /** Map, or names and values alternating to repeat a header. */
  readonly headers?: Record<string, string> | readonly string[];
  readonly body?: string | Buffer;
}

/** Sends the path exactly as written: no URL parser tidies it up. */
export function call(base: string, path: string, options: Call = {}): Promise<Answer> {
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: url.hostname,
        port: url.port,
        path: url.pathname.replace(/\/$/, '') + path,
        method: options.method ?? 'GET',
        agent: false,
        headers: headersOf(url, options) as any,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (c: Buffer) => chunks.push(c));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const body = Buffer.concat(chunks);
          const text = body.toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers as Record<string, string>,
            rawHeaders: incoming.rawHeaders,
            body,
            text,
            json: parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

function headersOf(url: URL, { headers, body }: Call): readonly string[] | Record<string, string> {
  if (!Array.isArray(headers)) return { ...headers } as Record<string, string>;
  const list = [...headers, 'Host', url.host];
  return body === undefined ? list : [...list, 'Content-Length', String(Buffer.byteLength(body))];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes bytes to the server and returns everything that came back until it closed or `ms` passed. */
export function raw(base: string, bytes: string, ms = 2_000): Promise<string> {
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    let text = '';
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('data', (c) => (text += c.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.write(bytes);
  });
}
