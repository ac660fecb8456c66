import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { request as requestTls, Agent as AgentTls } from 'node:https';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, read as JSON. */
  readonly json: Record<string, unknown>;
}

export interface RequestOptions {
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Enough sockets for a crowd. */
const MAX_SOCKETS = 512;
const plain = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
const tls = new AgentTls({ keepAlive: true, maxSockets: MAX_SOCKETS });

/** A request as a client on the network makes it. `key` is sent as `Authorization: Bearer`. */
export function get(url: string, key?: string, options: RequestOptions = {}): Promise<Reply> {
  const headers = { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...options.headers };
  const secure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const sent = (secure ? requestTls : request)(
      url,
      { method: options.method ?? 'GET', headers, agent: secure ? tls : plain },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            get json() {
              return JSON.parse(text) as Record<string, unknown>;
            },
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** Closes the sockets that are kept open for further requests. */
export function hangUp(): void {
  plain.destroy();
  tls.destroy();
}
