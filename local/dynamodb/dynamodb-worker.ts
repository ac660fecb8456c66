// The thread that holds the embedded DynamoDB. It tells its port before the emulator itself is loaded, so that
// functions, which need only the address, start meanwhile; requests wait until it is.
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';

/** Longer than clients keep an idle connection, or a request could meet a connection that is being closed. */
const KEEP_ALIVE_MS = 120_000;

const emulator: Promise<Server> = new Promise((resolve, reject) => {
  setImmediate(() => {
    import('dynalite').then(
      ({ default: dynalite }) => resolve(dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })),
      reject,
    );
  });
});

const server = createServer((request, response) => {
  void emulator.then((ready) => ready.emit('request', request, response));
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(0, '127.0.0.1', () => parentPort!.postMessage((server.address() as AddressInfo).port));
