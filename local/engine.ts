import { type LoadedStack, loadAssembly } from './assembly';
import { type MovableClock } from './clock';
import { type AccessLogEntry, type EngineFinding, type RequestRecord, type ServedApi } from './contract';
import { EngineError, messageOf } from './engine-error';
import { checkOverrides, type FunctionInfo, type LocalInvoker, type OnLog } from './lambda';
import { LocalEngine } from './local-engine';
import { type Route } from './routes';

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
   * Where the embedded DynamoDB keeps its tables from one run to the next: read at the start, written at the end. A
   * process that is killed saves nothing. @default nowhere
   */
  readonly dataDirectory?: string;
  /** Loads the assembly again after each synth. @default false */
  readonly watch?: boolean;
  /**
   * Where functions find other services, by the name that their SDK uses in `AWS_ENDPOINT_URL_<SERVICE>`, for example
   * `kms`. @default Secrets Manager, SQS, EventBridge and the control plane of API Gateway are served here; calls to
   * anything else are refused, and never leave this machine
   */
  readonly endpoints?: Readonly<Record<string, string>>;
  /**
   * Values of secrets, by name, ARN, logical id or construct path. They win over those of the templates; secrets that
   * the stacks import have no other. @default none
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Environment variables of every function, in place of its own of the same name; those that Lambda sets itself cannot
   * be among them. @default none
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * How long an API key takes to be honoured on a usage plan that a function put it on, in milliseconds; on AWS it is
   * minutes. @default 0
   */
  readonly keyDelayMs?: number;
  /** Refuses to start when anything that a request could notice is not imitated. @default false */
  readonly strict?: boolean;
  /** Execution environments of one function at a time. @default 4 */
  readonly maxEnvironments?: number;
  readonly onRequest?: (record: RequestRecord) => void;
  /** Whether records tell how each answer came about. @default false */
  readonly trace?: boolean;
  readonly onAccessLog?: (entry: AccessLogEntry) => void;
  readonly onLog?: OnLog;
  /** Told once of each operation that a function called and that is not imitated. */
  readonly onFinding?: (finding: EngineFinding) => void;
  /** How each reload went. */
  readonly onReload?: (outcome: ReloadOutcome) => void;
}

/** `kept`: what was served before still is. */
export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly durationMs: number }
  | { readonly kind: 'kept'; readonly reason: string };

/** Served stacks. After a reload its members tell of the stacks that are served then. */
export interface Engine {
  readonly apis: readonly ServedApi[];
  readonly routes: readonly Route[];
  /** URL by service, those given included; no `dynamodb` when no stack has a table or function. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly functions: readonly FunctionInfo[];
  readonly stacks: readonly LoadedStack[];
  /** What is not imitated. */
  readonly findings: readonly EngineFinding[];
  /** Moves time for the gateway, the services and the functions, those that run included. */
  readonly clock: MovableClock;
  /** The functions, for calls that come from no API. */
  readonly invoker: LocalInvoker;
  /**
   * Loads the assembly again and serves it, on the same connections and with the same data; what is in flight ends as
   * it began. An assembly that does not load changes nothing, as `onReload` is told. Never rejects.
   */
  reload(): Promise<void>;
  /**
   * Finishes the requests in flight, then ends every thread and server.
   *
   * @throws EngineError DataNotSaved
   */
  close(): Promise<void>;
}

/**
 * Serves the stacks of a cloud assembly or template on this machine.
 *
 * @throws EngineError VariableReserved, VariableNameInvalid; whatever `loadAssembly` throws; NotImitated; FunctionCodeMissing, FunctionCodeBroken,
 *   FunctionRuntimeUnsupported, FunctionLoadFailed; TableNotCreated, DynamoDbUnreachable, DynamoDbNotStarted,
 *   DynamoDbEndpointInvalid, DataNotKept, DataInUse, DataNotLoaded; SecretNotGenerated; PortTaken, PortForbidden, HostUnavailable; EngineNotBuilt. Nothing is left running then.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  checkOverrides(options.environment ?? {});
  const stacks = await loadAssembly(options.source, { parameters: options.parameters });
  const engine = new LocalEngine(options);
  try {
    await engine.start(stacks);
    return engine;
  } catch (error) {
    // What went wrong first is what the caller has to know.
    await engine.close().catch(() => undefined);
    if (error instanceof EngineError) throw error;
    throw new EngineError('EngineNotStarted', `the local engine does not start: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
