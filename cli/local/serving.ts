import type { CliContext } from '../context';
import { liveEngine, removeDiscovery, writeDiscovery, type RunningEngine } from '../deployment/discovery';
import type { LocalReady, ServedRequest } from '../messages/serving';
import { servingMessages } from '../messages/serving';
import { startEngine } from '../../local';
import type { RequestRecord } from '../../local/contract';

export interface ServingOptions {
  /** Absolute path of a cloud assembly or of one template. */
  readonly assembly: string;
  /** 0: any free port. */
  readonly port: number;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Refuses to start when something in the stacks is not imitated. */
  readonly strict?: boolean;
  readonly onRequest?: (request: ServedRequest) => void;
  /** Tells also what the functions write and what is not imitated. */
  readonly verbose?: boolean;
}

/** An engine that serves and can be found by the other commands. */
export interface Serving {
  readonly ready: LocalReady;
  readonly engine: RunningEngine;
  close(): Promise<void>;
}

/** Starts the local engine and leaves the file by which the account commands find it. */
export async function startServing(options: ServingOptions, context: CliContext): Promise<Serving> {
  const { onRequest } = options;
  const engine = await startEngine({
    source: options.assembly,
    port: options.port,
    parameters: options.parameters,
    strict: options.strict,
    ...(options.verbose && {
      onLog: ({ logicalId, message }) =>
        context.output.send(servingMessages.functionLog({ function: logicalId, text: message })),
    }),
    ...(onRequest && { onRequest: (record: RequestRecord) => onRequest(shownRequest(record)) }),
  });
  for (const { code, message, path } of options.verbose ? engine.findings : []) {
    context.output.send(servingMessages.notImitated({ finding: code, message, path }));
  }
  const running: RunningEngine = {
    version: 1,
    pid: process.pid,
    apis: engine.apis,
    endpoints: engine.endpoints,
    functions: engine.functions.map(({ logicalId, environment, metadata }) => ({
      logicalId,
      environment,
      metadata,
    })),
  };
  const other = liveEngine(context.cwd);
  if (other && other.pid !== process.pid)
    context.output.send(servingMessages.engineReplaced({ pid: other.pid }));
  writeDiscovery(context.cwd, running);
  return {
    ready: { apis: engine.apis, endpoints: engine.routes, services: engine.endpoints, pid: process.pid },
    engine: running,
    close: async () => {
      removeDiscovery(context.cwd, process.pid);
      await engine.close();
    },
  };
}

function shownRequest(record: RequestRecord): ServedRequest {
  const { reason, account } = record.authorizer;
  return {
    api: record.apiLogicalId,
    method: record.method,
    path: record.path,
    status: record.status,
    lane: record.lane,
    ...(reason === undefined ? {} : { reason }),
    ...(account === undefined ? {} : { account }),
    authorizerMs: record.authorizerMs,
    totalMs: record.totalMs,
  };
}
