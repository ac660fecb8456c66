import { sign } from 'aws4';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Credentials } from '../store/dynamodb-client';
import { IdleSockets } from '../store/idle-sockets';

export interface AwsJsonClientOptions {
  /** Name in signatures and host names: `secretsmanager`, `events`, `sqs`. */
  readonly service: string;
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target: string;
  readonly protocolVersion: '1.0' | '1.1';
  readonly region: string;
  /** @default - the service's endpoint in the Region */
  readonly endpoint?: string;
  readonly credentials: () => Credentials;
  /**
   * Longest wait for one answer, milliseconds.
   *
   * @default 3000
   */
  readonly timeoutMs?: number;
}

/** A service did not do what it was asked to. */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
  /** What the service calls it, for example `ResourceNotFoundException`; absent: there was no answer. */
  readonly type?: string;

  constructor(
    message: string,
    /** Whether the same request may succeed when it is sent again. */
    readonly transient: boolean,
    { type, ...options }: ErrorOptions & { readonly type?: string } = {},
  ) {
    super(message, options);
    this.type = type;
  }
}

/** One repetition helps over a lost connection; whoever waits for longer has a provider who delivers again. */
const ATTEMPTS = 2;
const TRANSIENT = /Throttl|TooManyRequests|InternalFailure|InternalServiceError|InternalException/;

/**
 * The services of AWS that speak JSON with a named operation, over plain HTTP: the three calls of these functions do
 * not need three SDK clients at a cold start. Only for operations that may be repeated.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export class AwsJsonClient {
  private readonly endpoint: URL;
  private readonly agent: http.Agent;
  private readonly idle: IdleSockets;

  constructor(private readonly options: AwsJsonClientOptions) {
    const suffix = options.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.endpoint = new URL(options.endpoint ?? `https://${options.service}.${options.region}.${suffix}`);
    this.agent = new (this.endpoint.protocol === 'https:' ? https : http).Agent({ keepAlive: true });
    this.idle = new IdleSockets(this.agent);
  }

  /** @throws ServiceFault */
  async send<T>(operation: string, input: object): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once<T>(operation, JSON.stringify(input));
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof ServiceFault) || !error.transient) throw error;
      }
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async once<T>(operation: string, body: string): Promise<T> {
    const { service, region, target, protocolVersion, credentials } = this.options;
    const request = sign(
      {
        service,
        region,
        method: 'POST',
        path: '/',
        host: this.endpoint.host,
        headers: {
          'Content-Type': `application/x-amz-json-${protocolVersion}`,
          'X-Amz-Target': `${target}.${operation}`,
        },
        body,
      },
      credentials(),
    );
    const { status, text } = await this.exchange(
      operation,
      request.headers as http.OutgoingHttpHeaders,
      body,
    );
    const answer = parse(text);
    if (status === 200 && answer !== undefined) return answer as T;
    const type = `${answer?.__type ?? 'UnknownError'}`.split('#').pop()!;
    throw new ServiceFault(
      `${service} ${operation} answered ${status} ${type}: ${answer?.message ?? answer?.Message ?? ''}`,
      status >= 500 || status === 429 || status === 200 || TRANSIENT.test(type),
      { type },
    );
  }

  private exchange(
    operation: string,
    headers: http.OutgoingHttpHeaders,
    body: string,
  ): Promise<{ status: number; text: string }> {
    const { protocol, hostname, port } = this.endpoint;
    const { service, timeoutMs = 3_000 } = this.options;
    this.idle.end();
    return new Promise((resolve, reject) => {
      const request = (protocol === 'https:' ? https : http).request(
        { agent: this.agent, method: 'POST', hostname, port, path: '/', headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            clearTimeout(timer);
            if (request.socket) this.idle.used(request.socket);
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      // One bound on the whole exchange; socket timeouts only bound silence.
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(
          new ServiceFault(`${service} ${operation} could not be reached: ${error.message}`, true, {
            cause: error,
          }),
        );
      };
      request.on('error', fail);
      request.end(body);
    });
  }
}

type Answer = Readonly<Record<string, unknown>>;

function parse(text: string): Answer | undefined {
  try {
    // Some operations answer with nothing.
    const value: unknown = text === '' ? {} : JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Answer) : undefined;
  } catch {
    return undefined;
  }
}
