import { type LoadedStack, loadAssembly } from './assembly';
import { checkTypes } from './check-types';
import { MovableClock } from './clock';
import {
  type EngineFinding,
  type Gateway,
  type RequestRecord,
  type ServedApi,
  type AccessLogEntry,
} from './contract';
import { checkTables, type LocalDynamoDb, startDynamoDb } from './dynamodb';
import { EngineError, messageOf } from './engine-error';
import { checkGatewayResources, startGateway } from './gateway';
import { checkFunctions, type FunctionInfo, LocalInvoker, type OnLog } from './lambda';
import { type RefusedServices, startRefusedServices } from './refused-services';
import { type Route, routesOf } from './routes';

export interface EngineOptions {
  /** A cloud assembly (directory or manifest.json) or one template, JSON or YAML. */
  readonly source: string;
  /** Port of the first REST API, each further one takes the next. @default 0, any free ports */
  readonly port?: number;
  /** @default 127.0.0.1: nobody else can reach it */
  readonly host?: string;
  /** Values of template parameters, by `Name` or `Stack:Name`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How far the engine's clock is ahead of real time, in milliseconds. @default 0 */
  readonly clockOffsetMs?: number;
  /** A running DynamoDB that takes any credentials. @default an embedded one, empty at every start */
  readonly dynamodbEndpoint?: string;
  /**
   * Where functions find other services, by the name that their SDK uses in `AWS_ENDPOINT_URL_<SERVICE>`, for example
   * `eventbridge`. @default calls to them are refused, and never leave this machine
   */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Refuses to start when anything that a request could notice is not imitated. @default false */
  readonly strict?: boolean;
  /** Execution environments of one function at a time. @default 4 */
  readonly maxEnvironments?: number;
  readonly onRequest?: (record: RequestRecord) => void;
  readonly onAccessLog?: (entry: AccessLogEntry) => void;
  readonly onLog?: OnLog;
}

/** Served stacks. */
export interface Engine {
  readonly apis: readonly ServedApi[];
  readonly routes: readonly Route[];
  /** URL by service, those given included; no `dynamodb` when no stack has a table or function. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly functions: readonly FunctionInfo[];
  readonly stacks: readonly LoadedStack[];
  /** What is not imitated. */
  readonly findings: readonly EngineFinding[];
  /** Moves time for the gateway and the functions. */
  readonly clock: MovableClock;
  /** The functions, for calls that come from no API. */
  readonly invoker: LocalInvoker;
  /** Finishes the requests in flight, then ends every thread and server. */
  close(): Promise<void>;
}

/** Types without effect are no reason to refuse a stack: every stack has roles. */
const HARMLESS = 'TypeWithoutEffect';

function refuseErrors(findings: readonly EngineFinding[], strict: boolean): void {
  const errors = findings.filter(
    ({ severity, code }) => severity === 'error' || (strict && code !== HARMLESS),
  );
  if (errors.length === 0) return;
  const lines = errors.map(({ message, path }) => `${message} [${path}]`);
  throw new EngineError(
    'NotImitated',
    ['the stacks need what the local engine does not imitate:', ...lines].join('\n  '),
  );
}

/** Says what to do about an address that cannot be had. */
function asAddressError(error: unknown, host: string): unknown {
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') {
    const message = `port ${port} is taken; stop what listens there, choose another port, or 0 for any free one`;
    return new EngineError('PortTaken', message, { cause: error });
  }
  if (code === 'EACCES') {
    return new EngineError('PortForbidden', `port ${port} needs privileges; use one from 1024 up`, {
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new EngineError('HostUnavailable', `${host} is not an address of this machine`, { cause: error });
  }
  return error;
}

/** Everything that has been started, so that a failure half-way leaves nothing behind. */
interface Started {
  dynamodb?: LocalDynamoDb;
  refused?: RefusedServices;
  invoker?: LocalInvoker;
  gateway?: Gateway;
}

async function closeAll({ gateway, invoker, dynamodb, refused }: Started): Promise<void> {
  await gateway?.close();
  await Promise.all([invoker?.close(), dynamodb?.close(), refused?.close()]);
}

const NEEDS_SERVICES = /^AWS::(Lambda::Function|DynamoDB::(Global)?Table)$/;

function needsServices(stacks: readonly LoadedStack[]): boolean {
  return stacks.some(({ resources }) =>
    [...resources.values()].some(({ type }) => NEEDS_SERVICES.test(type)),
  );
}

/** `AWS_ENDPOINT_URL_<SERVICE>` wins over `AWS_ENDPOINT_URL`. */
function endpointVariables(
  endpoints: Readonly<Record<string, string>>,
  refused: RefusedServices | undefined,
): Record<string, string> {
  const own = Object.entries(endpoints).map(([service, url]) => {
    return [`AWS_ENDPOINT_URL_${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`, url];
  });
  return { ...(refused && { AWS_ENDPOINT_URL: refused.endpoint }), ...(Object.fromEntries(own) as object) };
}

async function start(
  options: EngineOptions,
  stacks: readonly LoadedStack[],
  started: Started,
): Promise<Engine> {
  const { port = 0, host = '127.0.0.1', strict = false, onRequest, onAccessLog, onLog } = options;
  const clock = new MovableClock(options.clockOffsetMs);
  const endpoints: Record<string, string> = { ...options.endpoints };
  if (needsServices(stacks)) {
    started.dynamodb = await startDynamoDb(stacks, options.dynamodbEndpoint);
    started.refused = await startRefusedServices();
    endpoints.dynamodb = started.dynamodb.endpoint;
  }
  const variables = endpointVariables(endpoints, started.refused);
  const invoker = new LocalInvoker(stacks, {
    clock,
    variables,
    onLog,
    maxEnvironments: options.maxEnvironments,
  });
  started.invoker = invoker;

  const findings = [
    ...checkTypes(stacks),
    ...checkGatewayResources(stacks),
    ...checkTables(stacks),
    ...checkFunctions(invoker.specs, invoker.reached),
  ];
  refuseErrors(findings, strict);

  await Promise.all([started.dynamodb?.ready, invoker.start()]);
  const gateway = await startGateway({
    stacks,
    functions: invoker,
    clock,
    port,
    host,
    endpoints,
    onRequest,
    onAccessLog,
  }).catch((error: unknown) => {
    throw asAddressError(error, host);
  });
  started.gateway = gateway;

  let closing: Promise<void> | undefined;
  return {
    apis: gateway.apis,
    routes: routesOf(stacks),
    endpoints,
    functions: invoker.describe(),
    stacks,
    findings,
    clock,
    invoker,
    close: () => (closing ??= closeAll(started)),
  };
}

/**
 * Serves the stacks of a cloud assembly or template on this machine.
 *
 * @throws EngineError whatever `loadAssembly` throws; NotImitated; FunctionCodeMissing, FunctionCodeBroken,
 *   FunctionRuntimeUnsupported, FunctionLoadFailed; TableNotCreated, DynamoDbUnreachable, DynamoDbNotStarted,
 *   DynamoDbEndpointInvalid; PortTaken, PortForbidden, HostUnavailable; EngineNotBuilt. Nothing is left running then.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const stacks = await loadAssembly(options.source, { parameters: options.parameters });
  const started: Started = {};
  try {
    return await start(options, stacks, started);
  } catch (error) {
    await closeAll(started);
    if (error instanceof EngineError) throw error;
    throw new EngineError('EngineNotStarted', `the local engine does not start: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
