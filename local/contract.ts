/**
 * What the two halves of the local engine agree on: `assembly/`, `lambda/` and `dynamodb/` turn a synthesized
 * template into resolved resources and running functions; `gateway/` turns resolved resources into HTTP servers.
 */

/** A resource after conditions, parameters and intrinsic functions: plain values only. */
export interface ResolvedResource {
  readonly logicalId: string;
  /** CloudFormation type, for example `AWS::ApiGateway::Method`. */
  readonly type: string;
  /** What `Ref` gives on AWS: the REST API's id, the function's name, the stage's name, the table's name... */
  readonly physicalId: string;
  /** Properties in the CloudFormation (L1) shape. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Construct path, when the assembly records it; otherwise the logical id. */
  readonly path: string;
}

export interface ResolvedStack {
  readonly name: string;
  /** Twelve digits; `000000000000` for environment-agnostic stacks. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** By logical id, in template order. Resources whose condition is false are absent. */
  readonly resources: ReadonlyMap<string, ResolvedResource>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Instants in milliseconds since the epoch; movable, so that "three days later" is a matter of a flag. */
export interface Clock {
  now(): number;
}

/** One run of a function. */
export interface InvocationRun {
  /** `awsRequestId` of the function's context, which its log lines carry. */
  readonly requestId: string;
  /** How long its environment took to start, in milliseconds, when the event had to wait for that. */
  readonly coldStartMs?: number;
}

/** Outcome of one synchronous invocation, as the Lambda service would report it to API Gateway. */
export type InvokeResult = {
  /** Absent when the event did not come to run. */
  readonly run?: InvocationRun;
} &
  /** `payload` is the JSON text that the function returned (`null` for `undefined`). */
  (
    | { readonly kind: 'success'; readonly payload: string; readonly durationMs: number }
    /** The handler threw, rejected or called back with an error. */
    | {
        readonly kind: 'function-error';
        readonly errorType: string;
        readonly errorMessage: string;
        readonly stackTrace: readonly string[];
        readonly durationMs: number;
      }
    /** Ran past its configured `Timeout`. */
    | { readonly kind: 'timeout'; readonly timeoutMs: number }
    /** The environment died (process.exit, out of memory) or could not be started (bundle fails to load). */
    | { readonly kind: 'crash'; readonly errorMessage: string }
    /** No environment was free within the function's concurrency. */
    | { readonly kind: 'throttled' }
  );

/** Chunks of a function that answers through `awslambda.streamifyResponse`. */
export interface StreamSink {
  /** @param taken to be called once: the function does not write on before, whatever became of the chunk */
  write(chunk: Uint8Array, taken: () => void): void;
  end(): void;
}

export interface FunctionInvoker {
  /**
   * Invokes a function by its ARN (with or without qualifier) or name.
   *
   * @param event JSON text of the event, so that callers may compile events ahead
   * @param sink takes the chunks of a streaming function as they come; without it they are the payload
   * @throws never: every outcome is a value
   */
  invoke(functionArn: string, event: string, sink?: StreamSink): Promise<InvokeResult>;
  /** Whether this ARN names a function of the loaded stacks. */
  has(functionArn: string): boolean;
}

/** @param event JSON text */
export type InvokeLater = (functionArn: string, event: string) => void;

/** A property or type that is not imitated; `error` stops the start, `notice` is listed. */
export interface EngineFinding {
  readonly severity: 'error' | 'notice';
  /** Stable code in PascalCase, for example `UnsupportedIntegrationType`. */
  readonly code: string;
  readonly message: string;
  /** `Stack/Path/To/Resource` */
  readonly path: string;
}

/** One decision on the way of a request. */
export interface TraceStep {
  /** The part of the gateway: `route`, `authorizer`, `integration`... */
  readonly step: string;
  /** What it found, for people. */
  readonly text: string;
  /** Since the request began. */
  readonly atMs: number;
  /** Of what it waited for. */
  readonly durationMs?: number;
}

/** One finished request, for the terminal, access logs and `--json` consumers. */
export interface RequestRecord {
  /** As the caller sees it in `x-amzn-RequestId`. */
  readonly requestId: string;
  readonly apiLogicalId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Gateway response type when the gateway itself answered, else `INTEGRATION`. */
  readonly lane: string;
  /** Why the gateway answered itself, or broke off a stream, where its answer does not say; AWS has it in the execution log. */
  readonly detail?: string;
  /** `$context.authorizer.*` values, as strings. */
  readonly authorizer: Readonly<Record<string, string>>;
  readonly authorizerMs: number;
  readonly integrationMs: number;
  readonly totalMs: number;
  /** How it came to its answer, in order, when traces are wanted. */
  readonly trace?: readonly TraceStep[];
}

/** One served stage. */
export interface ServedApi {
  readonly stack: string;
  readonly logicalId: string;
  /** REST API id (the physical id). */
  readonly apiId: string;
  readonly name: string;
  readonly stage: string;
  /** `http://127.0.0.1:<port>/<stage>/`, with trailing slash. */
  readonly url: string;
  /** Whether the stage has a format for access logs. */
  readonly hasAccessLog: boolean;
}

export interface GatewayOptions {
  readonly stacks: readonly ResolvedStack[];
  readonly functions: FunctionInvoker;
  /** Runs an event that nobody waits for, as the service does: again when it fails. @default once */
  readonly invokeLater?: InvokeLater;
  readonly clock: Clock;
  /** First port; each further REST API takes the next. 0 lets the system choose. */
  readonly port: number;
  /** Loopback only by default. */
  readonly host?: string;
  /** URLs of AWS services that methods call directly, by name: `dynamodb`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly onRequest?: (record: RequestRecord) => void;
  /** Whether records tell how the answer came about. @default false */
  readonly trace?: boolean;
  /** One line per request of a stage that has an access log, in the stage's own format. */
  readonly onAccessLog?: (entry: AccessLogEntry) => void;
}

export interface AccessLogEntry {
  readonly apiLogicalId: string;
  readonly stage: string;
  readonly line: string;
}

export interface Gateway {
  readonly apis: readonly ServedApi[];
  /**
   * Serves other stacks: APIs that are there already keep their port and connections, and requests in flight end as
   * they began. Throttles and quotas count on while keys and usage plans stay as they are.
   *
   * @throws when they cannot be served; then everything is as before
   */
  update(stacks: readonly ResolvedStack[]): Promise<void>;
  /** Stops accepting, finishes what is in flight, closes. */
  close(): Promise<void>;
}
