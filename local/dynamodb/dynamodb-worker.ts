// The thread that holds the embedded DynamoDB. It tells its port before the emulator itself is loaded, so that
// functions, which need only the address, start meanwhile; requests wait until it is.
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** Longer than clients keep an idle connection, or a request could meet a connection that is being closed. */
const KEEP_ALIVE_MS = 120_000;

/** What the service takes; the emulator refuses what is longer. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const emulator: Promise<Server> = new Promise((resolve, reject) => {
  setImmediate(() => {
    import('dynalite').then(
      ({ default: dynalite }) => resolve(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })),
      reject,
    );
  });
});

/** Whose request the emulator works on. */
const answering = new AsyncLocalStorage<ServerResponse>();

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // The first chunk too many is kept: it tells the emulator.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks);
}

function fail(response: ServerResponse, { message }: Error): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'Content-Type': 'application/x-amz-json-1.0' }).end(
    JSON.stringify({
      __type: 'com.amazon.coral.service#InternalFailure',
      message: `the embedded DynamoDB cannot deal with this request: ${message}`,
    }),
  );
}

/**
 * The emulator throws, outside of any promise, at clients that hang up and at some requests that are none: neither the
 * tables nor other callers are to suffer for them. So it gets whole requests only, and what it throws becomes an answer.
 */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const ready = await emulator;
  const { method, url, headers } = request;
  const whole = Object.assign(new EventEmitter(), { method, url, headers });
  answering.run(response, () => {
    try {
      ready.emit('request', whole, response);
      if (body.length > 0) whole.emit('data', body);
      whole.emit('end');
    } catch (error) {
      fail(response, error as Error);
    }
  });
}

process.on('uncaughtException', (error) => {
  const response = answering.getStore();
  // Nobody's request: the thread ends, and the engine is told.
  if (!response) throw error;
  fail(response, error);
});

const server = createServer((request, response) => {
  serve(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
