import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type GatewayOptions, type RequestRecord } from '../contract';
import { compress, decompress } from './http/compression';
import { Connection } from './http/connection';
import { Exchange, rawHeader } from './http/exchange';
import { answerBrokenRequests } from './http/front-end';
import { MAX_HEADER_BYTES } from './http/limits';
import { integrationFailure, type Outcome, type Refusal, refuse, type Reply } from './http/outcome';
import { hasBody, readBody } from './http/read-body';
import { parseTarget, type RequestTarget } from './http/request-target';
import { isReadable, send } from './http/send';
import { TurnEnd } from './http/turn-end';
import { DEFAULT_INTEGRATION_TIMEOUT_MS } from './integration/time-limit';
import { type Api, type Method } from './model';
import { evaluate } from './pipeline';
import { badRequest, frontReply, headersTooLarge, payloadTooLarge, uriTooLong } from './response/front-reply';
import { Trace } from './trace';

export type ApiServerOptions = Pick<GatewayOptions, 'clock' | 'onRequest' | 'onAccessLog' | 'trace'>;

/** How late a client that stalls may be noticed; left to itself node would take half a minute more than its limits. */
const STALL_CHECK_MS = 5_000;

const NO_AUTHORIZER: RequestRecord['authorizer'] = Object.freeze({});

/** HTTP server of one REST API; the stage is the first path segment. */
export class ApiServer {
  private readonly server: Server;
  private readonly connections = new WeakMap<Socket, Connection>();
  private readonly turnEnd = new TurnEnd();
  private inFlight = 0;
  private isClosing = false;

  constructor(
    /** Replaced by a reload; each request keeps the one that it began with. */
    public api: Api,
    private readonly options: ApiServerOptions,
  ) {
    this.server = createServer({
      maxHeaderSize: 2 * MAX_HEADER_BYTES + 16_384,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: STALL_CHECK_MS,
    });
    this.server.on('request', (req, res) => this.handle(req, res));
    answerBrokenRequests(this.server);
  }

  /** @returns the port; rejects with the system's error when it cannot be had */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /**
   * Stops accepting, finishes what is in flight within the longest integration timeout, and drops every connection:
   * a browser's unused one would otherwise hold the server open.
   */
  close(): Promise<void> {
    this.isClosing = true;
    return new Promise((resolve) => {
      const limit = setTimeout(() => this.server.closeAllConnections(), DEFAULT_INTEGRATION_TIMEOUT_MS);
      this.server.close(() => {
        clearTimeout(limit);
        resolve();
      });
      if (this.inFlight === 0) this.server.closeAllConnections();
    });
  }

  private finished(): void {
    this.inFlight--;
    if (this.isClosing && this.inFlight === 0) this.server.closeAllConnections();
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    this.inFlight++;
    response.once('close', () => this.finished());
    const exchange = new Exchange(
      this.api,
      {
        rawHeaders: request.rawHeaders,
        connection: this.connection(request.socket),
        httpVersion: request.httpVersion,
      },
      this.options.clock.now(),
      rawHeader(request.rawHeaders, 'x-amzn-requestid'),
    );
    if (this.options.trace) exchange.trace = new Trace(exchange.startedAt);
    const finish = (outcome: Outcome | 'aborted') => {
      if (outcome !== 'aborted') this.turnEnd.add(() => this.reply(response, exchange, outcome));
    };
    let outcome: Outcome | Promise<Outcome | 'aborted'>;
    try {
      outcome = this.answer(request, exchange);
    } catch (error) {
      outcome = unforeseen(error);
    }
    if (outcome instanceof Promise) outcome.then(finish, (error: unknown) => finish(unforeseen(error)));
    else finish(outcome);
  }

  private connection(socket: Socket): Connection {
    let connection = this.connections.get(socket);
    if (!connection) this.connections.set(socket, (connection = new Connection(socket)));
    return connection;
  }

  private answer(request: IncomingMessage, exchange: Exchange): Outcome | Promise<Outcome | 'aborted'> {
    const url = request.url ?? '/';
    exchange.verb = rawHeader(request.rawHeaders, 'x-http-method-override') || request.method || 'GET';
    const early = url.length > exchange.api.maxUrlChars ? uriTooLong() : headersTooLarge(request.rawHeaders);
    if (early) return early;
    const target = parseTarget(url);
    if (!target) return badRequest();
    const method = this.route(target, exchange);
    if ('kind' in method) return method;
    return hasBody(request) ? this.answerWithBody(request, exchange, method) : evaluate(exchange, method);
  }

  private async answerWithBody(
    request: IncomingMessage,
    exchange: Exchange,
    method: Method,
  ): Promise<Outcome | 'aborted'> {
    const body = await readBody(request);
    if (body === 'aborted') return body;
    if (body === 'too-large') return payloadTooLarge();
    const decoded = this.decode(body, request.rawHeaders);
    if (decoded === null) return badRequest();
    exchange.body = decoded;
    return evaluate(exchange, method);
  }

  private decode(body: Buffer, rawHeaders: readonly string[]): Buffer | null {
    const encoding =
      this.api.minimumCompressionBytes === null ? undefined : rawHeader(rawHeaders, 'content-encoding');
    return encoding === undefined ? body : decompress(body, encoding);
  }

  private route(target: RequestTarget, exchange: Exchange) {
    exchange.path = target.path;
    exchange.requestPath = target.requestPath;
    exchange.queryText = target.query;
    const stage = exchange.api.stages.get(target.stage);
    if (!stage) {
      exchange.trace?.add('route', `the API has no stage '${target.stage}'`);
      return frontReply(403, 'Forbidden', 'ForbiddenException');
    }
    exchange.stage = stage;
    exchange.isCanary = stage.canary !== null && Math.random() * 100 < stage.canary.percentTraffic;
    const match = stage.routes.match(target.path, exchange.verb);
    if (!match) {
      exchange.trace?.add(
        'route',
        `no resource of stage ${stage.name} takes ${exchange.verb} ${target.path}`,
      );
      return refuse('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
    }
    exchange.method = match.method;
    exchange.pathParameters = match.pathParameters;
    exchange.trace?.add('route', routeText(exchange, match.method));
    return match.method;
  }

  private reply(response: ServerResponse, exchange: Exchange, outcome: Outcome): void {
    let reply = this.shape(exchange, outcome);
    // What an overlong request still has to send is not waited for.
    if (reply.status === 413 || reply.status === 431) response.shouldKeepAlive = false;
    const isGone = response.destroyed;
    try {
      send(response, exchange, reply);
    } catch (error) {
      reply = this.unsendable(response, exchange, reply, (error as Error).message);
    }
    // Of a stream the length and the time are known at its end only.
    if (isReadable(reply.body) && !isGone) response.once('close', () => this.record(exchange, reply));
    else this.record(exchange, reply);
  }

  private shape(exchange: Exchange, outcome: Outcome): Reply {
    const reply = outcome.kind === 'reply' ? outcome : exchange.api.gatewayResponses.reply(exchange, outcome);
    if (outcome.kind === 'reply') exchange.trace?.add('response', `${reply.status} ${reply.lane}`);
    const { minimumCompressionBytes } = exchange.api;
    if (minimumCompressionBytes === null) return reply;
    return compress(
      reply,
      minimumCompressionBytes,
      rawHeader(exchange.incoming.rawHeaders, 'accept-encoding'),
    );
  }

  /** A header or status that HTTP does not allow: from a backend it is a fault of the integration like any other. */
  private unsendable(response: ServerResponse, exchange: Exchange, refused: Reply, detail: string): Reply {
    if (isReadable(refused.body)) refused.body.destroy();
    // The attempt has left its own reason phrase there.
    response.statusMessage = '';
    if (refused.lane === 'INTEGRATION')
      try {
        const reply = this.shape(exchange, integrationFailure(502, detail));
        send(response, exchange, reply);
        return reply;
      } catch {
        // The gateway response itself substitutes a value that cannot be sent.
        response.statusMessage = '';
      }
    const reply = frontReply(500, 'Internal server error', 'InternalServerErrorException');
    send(response, exchange, reply);
    return reply;
  }

  private record(exchange: Exchange, reply: Reply): void {
    const { onRequest, onAccessLog } = this.options;
    const { stage } = exchange;
    if (onAccessLog && stage?.accessLog)
      onAccessLog({
        apiLogicalId: exchange.api.logicalId,
        stage: stage.name,
        line: stage.accessLog.render(exchange, '-'),
      });
    onRequest?.({
      requestId: exchange.requestId,
      apiLogicalId: exchange.api.logicalId,
      method: exchange.verb,
      path: exchange.requestPath,
      status: reply.status,
      lane: reply.lane,
      detail: exchange.refusal?.detail ?? brokenOff(exchange),
      authorizer: authorizerValues(exchange),
      authorizerMs: exchange.authorizerMs,
      integrationMs: exchange.integrationMs,
      totalMs: performance.now() - exchange.startedAt,
      ...(exchange.trace && { trace: exchange.trace.steps }),
    });
  }
}

function routeText(
  { stage, isCanary, pathParameters }: Exchange,
  { httpMethod, resourcePath }: Method,
): string {
  const parameters = Object.entries(pathParameters ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    `${httpMethod} ${resourcePath} of stage ${stage?.name}`,
    ...(isCanary ? ['canary'] : []),
    ...parameters,
  ].join(', ');
}

function brokenOff({ brokenOff }: Exchange): string | undefined {
  return brokenOff && `broken off: ${brokenOff}`;
}

function authorizerValues({ authorizer }: Exchange): RequestRecord['authorizer'] {
  if (!authorizer) return NO_AUTHORIZER;
  const { context, principalId } = authorizer;
  return principalId === undefined ? context : { ...context, principalId };
}

/** Never a stack trace for the caller: what the engine did not foresee is an internal error. */
function unforeseen(error: unknown): Refusal {
  return integrationFailure(500, (error as Error).message);
}
