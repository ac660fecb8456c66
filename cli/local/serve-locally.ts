import { resolve } from 'node:path';
import type { CliContext } from '../context';
import { parseParameters, parsePort } from '../input';
import { succeeded, type CommandResult } from '../message';
import { servingMessages } from '../messages/serving';
import { startServing } from './serving';

export interface LocalOptions {
  readonly port?: string;
  readonly parameter?: readonly string[];
  readonly strict?: boolean;
}

/** Serves until Ctrl-C or SIGTERM. */
export async function serveLocally(
  assembly: string,
  options: LocalOptions,
  context: CliContext,
): Promise<CommandResult> {
  const port = options.port === undefined ? 0 : parsePort(options.port);
  const parameters = parseParameters(options.parameter ?? []);
  const interrupted = context.interrupted();
  const serving = await startServing(
    {
      assembly: resolve(context.cwd, assembly),
      port,
      parameters,
      strict: options.strict,
      verbose: true,
      onRequest: (request) => context.output.send(servingMessages.requestServed(request)),
    },
    context,
  );
  try {
    context.output.send(servingMessages.localReady(serving.ready));
    await interrupted;
  } finally {
    await serving.close();
  }
  return succeeded(servingMessages.stopped({}));
}
