import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type MovableClock } from '../clock';
import { EngineError } from '../engine-error';
import { moveClock, tellClock } from './clock-requests';

/** How other processes of the same user control a running engine. */
export interface AdminServer {
  /** For example `http://127.0.0.1:43219`. */
  readonly url: string;
  /** To be sent as `Authorization: Bearer`; whoever has it may control the engine. */
  readonly token: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const TOKEN_BYTES = 32;
const MAX_BODY_BYTES = 64 * 1024;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? '' : Buffer.concat(chunks).toString();
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function answer(request: IncomingMessage, token: string, clock: MovableClock): Promise<Answer> {
  const text = await textOf(request);
  if (!isAuthorized(request, token)) {
    return { status: 401, body: { code: 'TokenNeeded', message: 'send the token of the discovery file' } };
  }
  try {
    switch (`${request.method} ${request.url}`) {
      case 'GET /clock':
        return { status: 200, body: tellClock(clock) };
      case 'POST /clock':
        return { status: 200, body: moveClock(clock, text) };
      default:
        return { status: 404, body: { code: 'NoSuchOperation', message: 'there is GET and POST /clock' } };
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { status: 400, body: { code: error.code, message: error.message } };
  }
}

/**
 * Serves what other processes may ask of an engine, on loopback and for those who know the token only: any program and
 * any web page of this machine can reach a port.
 */
export async function startAdminServer(clock: MovableClock): Promise<AdminServer> {
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  const server = createServer((request, response) => {
    answer(request, token, clock).then(
      ({ status, body }) =>
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
