import { sign } from 'aws4';
import * as http from 'node:http';
import * as https from 'node:https';
import { IdleSockets } from './idle-sockets';

/**
 * DynamoDB over plain HTTP: a signature, a socket that is kept open, and an honest word on whether a failed write
 * may have happened. The SDK's client costs several times as much at a cold start, and its retries would hide
 * exactly the outcomes that the request path has to tell apart.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface DynamoDbClientOptions {
  readonly region: string;
  /** @default - the service's endpoint in the Region */
  readonly endpoint?: string;
  readonly credentials: () => Credentials | Promise<Credentials>;
  /**
   * Longest wait for one answer, milliseconds.
   *
   * @default 1000
   */
  readonly timeoutMs?: number;
}

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { L: AttributeValue[] }
  | { M: Record<string, AttributeValue> };

export type Item = Record<string, AttributeValue>;

/** The request failed. `unknown`: a write may have happened all the same; `not-applied`: it has not. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';

  constructor(
    readonly outcome: 'not-applied' | 'unknown',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The condition of a write was not met. */
export class ConditionFailed extends Error {
  override readonly name = 'ConditionFailed';

  /** @param item the old item, when the service returns it */
  constructor(readonly item: Item | undefined) {
    super('the condition of the write was not met');
  }
}

const DEFAULT_TIMEOUT_MS = 1000;

/** Errors raised before a byte of the request has left: nothing can have been applied. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export class DynamoDbClient {
  private readonly endpoint: URL;
  private readonly agent: http.Agent;
  private readonly idle: IdleSockets;

  constructor(private readonly options: DynamoDbClientOptions) {
    const suffix = options.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    this.endpoint = new URL(options.endpoint ?? `https://dynamodb.${options.region}.${suffix}`);
    this.agent = new (this.endpoint.protocol === 'https:' ? https : http).Agent({ keepAlive: true });
    this.idle = new IdleSockets(this.agent);
  }

  /**
   * One request, never repeated.
   *
   * @throws ConditionFailed when a conditional write was refused
   * @throws StoreFault for everything else that is not an answer
   */
  async send<T>(operation: string, input: object): Promise<T> {
    const body = JSON.stringify(input);
    const credentials = await this.options.credentials();
    const request = sign(
      {
        service: 'dynamodb',
        region: this.options.region,
        method: 'POST',
        path: '/',
        host: this.endpoint.host,
        headers: {
          'Content-Type': 'application/x-amz-json-1.0',
          'X-Amz-Target': `DynamoDB_20120810.${operation}`,
        },
        body,
      },
      credentials,
    );
    const { status, text } = await this.exchange(request.headers as http.OutgoingHttpHeaders, body);
    if (status !== 200) throw failureOf(operation, status, text);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new StoreFault('unknown', `DynamoDB ${operation} answered 200 with what is not JSON`, {
        cause: error,
      });
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private exchange(
    headers: http.OutgoingHttpHeaders,
    body: string,
  ): Promise<{ status: number; text: string }> {
    const { protocol, hostname, port } = this.endpoint;
    const transport = protocol === 'https:' ? https : http;
    const timeoutMs = this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.idle.end();
    return new Promise((resolve, reject) => {
      const request = transport.request(
        { agent: this.agent, method: 'POST', hostname, port, path: '/', headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', (error) => fail(error));
          response.on('end', () => {
            clearTimeout(timer);
            if (request.socket) this.idle.used(request.socket);
            if (!response.complete) return fail(new Error('the answer was cut short'));
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
        const code = (error as NodeJS.ErrnoException).code ?? '';
        const outcome = NEVER_SENT.has(code) ? 'not-applied' : 'unknown';
        reject(new StoreFault(outcome, `DynamoDB could not be reached: ${error.message}`, { cause: error }));
      };
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function failureOf(operation: string, status: number, text: string): Error {
  const answer = parse(text);
  const type = answer.__type?.split('#').pop() ?? 'UnknownError';
  if (type === 'ConditionalCheckFailedException') return new ConditionFailed(answer.Item);
  const message = `DynamoDB ${operation} answered ${status} ${type}: ${answer.message ?? answer.Message ?? ''}`;
  return new StoreFault(status >= 400 && status < 500 ? 'not-applied' : 'unknown', message);
}

interface ErrorAnswer {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
  readonly Item?: Item;
}

function parse(text: string): ErrorAnswer {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return { message: 'the answer is not JSON' };
  }
}
