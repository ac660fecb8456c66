import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { DEFAULT_REGION } from '../assembly/environment';
import { dispatch } from './dispatch';
import { type Answer, operationName, refusal } from './refusal';
import { type RestService, type TargetService } from './service';

export interface ServiceServer {
  /** For example `http://127.0.0.1:43219`. */
  readonly endpoint: string;
  /** Called before the first request. */
  serve(targets: readonly TargetService[], rest: readonly RestService[]): void;
  close(): Promise<void>;
}

/** Longer than clients keep an idle connection, or a request could meet a connection that is being closed. */
const KEEP_ALIVE_MS = 120_000;

// The payload of a function is the largest: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const MAX_BODY_BYTES = 6_291_556;

const TOO_LARGE: Answer = {
  status: 413,
  headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': 'RequestEntityTooLargeException' },
  body: JSON.stringify({ message: 'Request Entity Too Large' }),
};

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString();
}

/** `Credential=<key>/<date>/<region>/<service>/aws4_request`; signatures themselves are not checked. */
function regionOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? DEFAULT_REGION;
}

/**
 * One server on loopback for every service that functions call.
 *
 * @param onRefused is told the name of each call that is not imitated
 */
export async function startServiceServer(onRefused: (operation: string) => void): Promise<ServiceServer> {
  let targets: readonly TargetService[] = [];
  let rest: readonly RestService[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const run = dispatch(request, targets, rest);
    const body = await bodyOf(request);
    if (!run) {
      onRefused(operationName(request));
      return refusal(request);
    }
    if (body === undefined) return TOO_LARGE;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    return run(body, { region: regionOf(request), signal: gone.signal });
  }

  const server = createServer((request, response) => {
    answer(request, response).then(
      ({ status, headers, body }) => {
        if (!response.destroyed) response.writeHead(status, headers).end(body);
      },
      // The caller hung up while its request was read.
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (served, servedByPath) => {
      targets = served;
      rest = servedByPath;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
