import type { CliContext } from '../context';
import { liveEngine, removeDiscovery, writeDiscovery, type RunningEngine } from '../deployment/discovery';
import type { LocalReady, ServedRequest } from '../messages/serving';
import { servingMessages } from '../messages/serving';
import { startAdminServer, startEngine, tellClock } from '../../local';
import type { AccessLogEntry, EngineFinding, RequestRecord } from '../../local/contract';
import type { Message } from '../message';
import { discovered } from './discovered';

export interface ServingOptions {
  /** Absolute path of a cloud assembly or of one template. */
  readonly assembly: string;
  /** 0: any free port. */
  readonly port: number;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Refuses to start when something in the stacks is not imitated. */
  readonly strict?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Environment variables of every function. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Loads the assembly again after each synth. */
  readonly watch?: boolean;
  /** Absolute path of the folder that keeps the tables. */
  readonly dataDirectory?: string;
  readonly dynamodbEndpoint?: string;
  /** How far the engine's clock is ahead. */
  readonly clockOffsetMs?: number;
  readonly keyDelayMs?: number;
  readonly onRequest?: (request: ServedRequest) => void;
  /** Told of each request of a stage that has an access log. */
  readonly onAccessLog?: (entry: AccessLogEntry) => void;
  /** Whether requests tell how they were decided. */
  readonly trace?: boolean;
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
  const { assembly, onRequest, verbose, ...passedOn } = options;
  const tell = () => writeDiscovery(context.cwd, discovered(engine, admin));
  const engine = await startEngine({
    ...passedOn,
    source: assembly,
    ...(verbose && {
      onLog: ({ logicalId, requestId, level, message }) =>
        context.output.send(
          servingMessages.functionLog({ function: logicalId, requestId, level, text: message }),
        ),
      onFinding: (finding) => context.output.send(notImitated(finding)),
    }),
    onRequest: onRequest && ((record) => onRequest(shownRequest(record))),
    onReload: (outcome) => {
      // Functions and their environment may be others now.
      if (outcome.kind === 'reloaded') tell();
      context.output.send(servingMessages.reloaded(outcome));
    },
  });
  const admin = await startAdminServer(engine.clock);
  for (const finding of verbose ? engine.findings : []) context.output.send(notImitated(finding));
  if (options.onAccessLog && !engine.apis.some(({ hasAccessLog }) => hasAccessLog))
    context.output.send(servingMessages.noAccessLog({}));
  const other = liveEngine(context.cwd);
  if (other && other.pid !== process.pid)
    context.output.send(servingMessages.engineReplaced({ pid: other.pid }));
  tell();
  engine.clock.onMove(() => {
    tell();
    context.output.send(servingMessages.clockMoved(tellClock(engine.clock)));
  });
  return {
    ready: { apis: engine.apis, endpoints: engine.routes, services: engine.endpoints, pid: process.pid },
    engine: discovered(engine, admin),
    close: async () => {
      removeDiscovery(context.cwd, process.pid);
      await admin.close();
      await engine.close();
    },
  };
}

function notImitated({ code, message, path }: EngineFinding): Message {
  return servingMessages.notImitated({ finding: code, message, path });
}

function shownRequest(record: RequestRecord): ServedRequest {
  const { reason, account } = record.authorizer;
  return {
    requestId: record.requestId,
    api: record.apiLogicalId,
    method: record.method,
    path: record.path,
    status: record.status,
    lane: record.lane,
    ...(reason === undefined ? {} : { reason }),
    ...(account === undefined ? {} : { account }),
    // Of our own refusals the body says why; of faults, and of answers that broke off, only the engine can.
    ...((record.status >= 500 || record.lane === 'INTEGRATION') &&
      record.detail !== undefined && { detail: record.detail }),
    authorizerMs: record.authorizerMs,
    integrationMs: record.integrationMs,
    totalMs: record.totalMs,
    ...(record.trace && { trace: record.trace }),
  };
}
