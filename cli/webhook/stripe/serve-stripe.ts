import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Members } from './stripe-objects';

export interface StripeRequest {
  readonly method: string;
  readonly pathname: string;
  /** After the version, for example `['checkout', 'sessions']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Of the form that was posted. */
  readonly form: URLSearchParams;
  readonly idempotencyKey?: string;
}

export interface StripeAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly body: Members;
}

export interface StripeServerOptions {
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default 0, any free one */
  readonly port?: number;
  /** Clock by which answers are dated, milliseconds since the epoch. */
  now(): number;
  /** `undefined`: there is no such thing. */
  answer(request: StripeRequest): StripeAnswer | undefined;
}

export interface ServedStripe {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

const MISSING: StripeAnswer = {
  status: 404,
  body: { error: { code: 'resource_missing', message: 'there is no such thing' } },
};

/**
 * Serves Stripe's API over HTTP, as far as `answer` knows it.
 *
 * @throws the error of `listen`, for example `EADDRINUSE`
 */
export async function serveStripe(options: StripeServerOptions): Promise<ServedStripe> {
  const { host = '127.0.0.1', port = 0 } = options;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => serve(request, Buffer.concat(chunks).toString(), response, options));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(
  { method = '', url = '', headers }: IncomingMessage,
  body: string,
  response: ServerResponse,
  { now, answer }: StripeServerOptions,
): void {
  const { pathname, searchParams } = new URL(url, 'http://stripe');
  const idempotencyKey = headers['idempotency-key'] as string | undefined;
  const answered = answer({
    method,
    pathname,
    path: pathname.split('/').slice(2),
    query: searchParams,
    form: new URLSearchParams(body),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  const { status = 200, body: content } = answered ?? MISSING;
  response.sendDate = false;
  response.writeHead(status, { 'Content-Type': 'application/json', Date: new Date(now()).toUTCString() });
  response.end(JSON.stringify(content));
}
