// The thread that runs one execution environment of a Lambda function.
import { format } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { LinePipe } from './line-pipe';
import { watchMemory } from './memory-watch';
import { type FromWorker, type ToWorker, type WorkerInput } from './messages';
import { captureOutput, type Log } from './worker/console';
import { errorParts } from './worker/errors';
import { loadHandler, RuntimeError } from './worker/load-handler';
import { installOwnProcess } from './worker/own-process';
import { Runtime } from './worker/runtime';
import { installShiftedDate } from './worker/shifted-date';
import { installStreaming } from './worker/streaming';

const input = workerData as WorkerInput;
const port = parentPort!;
let runtime: Runtime | undefined;
const lines = new LinePipe(input.lines);
const post = (message: FromWorker) => (runtime ?? port).postMessage(message);

// A thread has no working directory of its own. `path` asks this function; `fs` does not, and keeps the process's.
process.cwd = () => input.taskRoot;
installShiftedDate(input.clock);
installStreaming();
installOwnProcess();
const log: Log = (level, message) => {
  if (!input.logs) return;
  lines.write(message);
  post(['log', level, runtime?.requestId ?? '', message]);
};
const flushOutput = captureOutput(log, input.logs);
process.on('exit', flushOutput);

/** A fault outside the handler's own promise ends the environment, as it does on AWS. */
function die(error: unknown, exitCode: number): void {
  log('ERROR', format('Uncaught Exception', error));
  post([runtime ? 'error' : 'failed', ...errorParts(error)]);
  process.exit(exitCode);
}
process.on('uncaughtException', (error) => die(error, 129));
process.on('unhandledRejection', (reason) =>
  die(new RuntimeError('Runtime.UnhandledPromiseRejection', errorParts(reason)[1], { cause: reason }), 128),
);

watchMemory(input.memoryMb, (usedMb) => {
  const error = new RuntimeError(
    'Runtime.ExitError',
    `signal: killed; the function held ${usedMb} MB in buffers and has ${input.memoryMb} of memory`,
  );
  post(['failed', error.name, error.message, [error.message]]);
  process.exit(137);
});

async function main(): Promise<void> {
  const handler = await loadHandler(input.taskRoot, input.handler);
  const started = new Runtime(handler, input, port, { log, flushOutput });
  process.on('beforeExit', () => started.eventLoopEmpty());
  port.on('message', (message: ToWorker) => started.accept(message));
  runtime = started;
  post(['ready']);
}

main().catch((error: unknown) => {
  post(['failed', ...errorParts(error)]);
  process.exit(1);
});
