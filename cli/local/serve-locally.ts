import { resolve } from 'node:path';
import type { CliContext } from '../context';
import { errors } from '../errors';
import { parseInstant, parseParameters, parsePort, parseSeconds } from '../input';
import { succeeded, type CommandResult } from '../message';
import { servingMessages } from '../messages/serving';
import { openAccessLog } from './access-log';
import { startServing } from './serving';

export interface LocalOptions {
  readonly port?: string;
  readonly parameter?: readonly string[];
  readonly strict?: boolean;
  readonly watch?: boolean;
  readonly trace?: boolean;
  readonly data?: string;
  readonly dynamodb?: string;
  readonly clock?: string;
  readonly keyDelay?: string;
  readonly secret?: readonly string[];
  readonly env?: readonly string[];
  readonly accessLog?: string;
}

/** Serves until Ctrl-C, SIGTERM or the end of the terminal. */
export async function serveLocally(
  assembly: string,
  options: LocalOptions,
  context: CliContext,
): Promise<CommandResult> {
  const port = options.port === undefined ? 0 : parsePort(options.port);
  const parameters = parseParameters('--parameter', options.parameter ?? []);
  const secrets = parseParameters('--secret', options.secret ?? []);
  const environment = parseParameters('--env', options.env ?? []);
  const { clock, data, dynamodb, keyDelay } = options;
  if (data !== undefined && dynamodb !== undefined) {
    throw errors.optionConflict('--data', '--dynamodb', 'a DynamoDB that runs already keeps its own tables');
  }
  const now = context.now();
  const interrupted = context.interrupted();
  const accessLog = options.accessLog === undefined ? undefined : openAccessLog(options.accessLog, context);
  const serving = await startServing(
    {
      assembly: resolve(context.cwd, assembly),
      port,
      parameters,
      secrets,
      environment,
      strict: options.strict,
      watch: options.watch,
      trace: options.trace,
      dataDirectory: data === undefined ? undefined : resolve(context.cwd, data),
      dynamodbEndpoint: dynamodb,
      clockOffsetMs: clock === undefined ? 0 : parseInstant('--clock', clock, now) - now,
      keyDelayMs: keyDelay === undefined ? 0 : parseSeconds('--key-delay', keyDelay),
      verbose: true,
      onAccessLog: accessLog && ((entry) => accessLog.write(entry)),
      onRequest: (request) => context.output.send(servingMessages.requestServed(request)),
    },
    context,
  );
  try {
    context.output.send(servingMessages.localReady(serving.ready));
    await interrupted;
  } finally {
    await serving.close();
    accessLog?.close();
  }
  return succeeded(servingMessages.stopped({}));
}
