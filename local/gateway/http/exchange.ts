import { type InvocationRun } from '../../contract';
import { type Api, type Method, type Stage } from '../model';
import { type Trace } from '../trace';
import { type Connection } from './connection';
import { type Refusal } from './outcome';
import { parseQueryString, type QueryString } from './query-string';
import { RequestHeaders } from './request-headers';
import { newExtendedRequestId, newRequestId, traceIdFor, traceIdWithParent } from './request-ids';

/** What an authorizer left behind, whether it allowed or denied (AG §1.5). */
export interface AuthorizerAnswer {
  /** `$context.authorizer.*`: context values as strings. */
  readonly context: Readonly<Record<string, string>>;
  /** The same as JSON text, its closing brace left out. */
  readonly contextText: string;
  readonly principalId: string | undefined;
  readonly usageIdentifierKey: string | undefined;
}

/** The wire side of a request: what the server knows before it looks at the API. */
export interface IncomingParts {
  readonly rawHeaders: readonly string[];
  readonly connection: Connection;
  readonly httpVersion: string;
}

const EMPTY_BODY = Buffer.alloc(0);

/** One request on its way through the gateway. Views that not every route needs are built on first use. */
export class Exchange {
  readonly startedAt = performance.now();
  readonly requestId: string;
  readonly extendedRequestId = newExtendedRequestId();

  verb = '';
  /** Path after the stage, percent-encoding kept. */
  path = '/';
  /** The same with the stage segment and repeated slashes as sent: `$context.path`. */
  requestPath = '/';
  queryText = '';

  stage: Stage | null = null;
  method: Method | null = null;
  pathParameters: Readonly<Record<string, string>> | null = null;
  isCanary = false;
  body: Buffer = EMPTY_BODY;

  authorizer: AuthorizerAnswer | null = null;
  authorizerMs = 0;
  authorizerStatus: number | undefined;
  authorizerRun: InvocationRun | undefined;
  apiKey: { readonly id: string; readonly value: string } | null = null;
  integrationMs = 0;
  integrationStatus: number | undefined;
  integrationRun: InvocationRun | undefined;
  refusal: Refusal | null = null;
  /** Why a streamed answer ended before its end. */
  brokenOff: string | undefined;
  /** Null unless somebody wants to know how the answer came about. */
  trace: Trace | null = null;
  /** Memory of `requestText`. */
  requestJson: string | undefined;
  status = 0;
  responseLength = 0;

  private builtHeaders: RequestHeaders | undefined;
  private builtQuery: QueryString | null | undefined;
  private builtTraceId: string | undefined;
  private builtResponseTraceId: string | undefined;

  /**
   * @param epochMs start of the request, `$context.requestTimeEpoch`
   * @param clientRequestId a client may set the request id (AG §9)
   */
  constructor(
    readonly api: Api,
    readonly incoming: IncomingParts,
    readonly epochMs: number,
    clientRequestId: string | undefined,
  ) {
    this.requestId = clientRequestId || newRequestId();
  }

  get headers(): RequestHeaders {
    const { connection, rawHeaders } = this.incoming;
    return (this.builtHeaders ??= new RequestHeaders(connection.headersOf(rawHeaders), this.traceId));
  }

  get query(): QueryString | null {
    if (this.builtQuery === undefined) this.builtQuery = parseQueryString(this.queryText);
    return this.builtQuery;
  }

  get traceId(): string {
    return (this.builtTraceId ??= traceIdFor(
      rawHeader(this.incoming.rawHeaders, 'x-amzn-trace-id'),
      this.epochMs,
    ));
  }

  get responseTraceId(): string {
    return (this.builtResponseTraceId ??= traceIdWithParent(this.traceId));
  }

  get sourceIp(): string {
    return this.incoming.connection.remoteAddress;
  }

  get host(): string {
    return rawHeader(this.incoming.rawHeaders, 'host') ?? '';
  }

  get stageVariables(): Readonly<Record<string, string>> | null {
    if (!this.stage) return null;
    return this.isCanary && this.stage.canary ? this.stage.canary.variables : this.stage.variables;
  }

  get deploymentId(): string | undefined {
    return this.isCanary ? this.stage?.canary?.deploymentId : this.stage?.deploymentId;
  }

  /**
   * Concrete verb and path even for `ANY` and `{proxy+}`; the root ends in a slash (AG §4).
   */
  get methodArn(): string {
    return `${this.stage?.methodArnPrefix ?? ''}${this.verb}${this.path}`;
  }
}

/** The first header of this lower-case name, without building any map. */
export function rawHeader(raw: readonly string[], lowerName: string): string | undefined {
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) return raw[i + 1];
  }
  return undefined;
}
