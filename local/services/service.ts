import { type IncomingHttpHeaders } from 'node:http';

/** Who calls, as far as the request tells. */
export interface Caller {
  /** Of the signature's credential scope. */
  readonly region: string;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

export type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input, caller: Caller) => unknown;

/**
 * A service whose requests name their operation in `X-Amz-Target`.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export interface TargetService {
  /** As in its signatures: `sqs`. */
  readonly name: string;
  /** What stands before the operation: `AmazonSQS`. */
  readonly target: string;
  readonly protocolVersion: '1.0' | '1.1';
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An answer that is more than its body, for operations that need it. */
export class RestAnswer {
  constructor(
    readonly output: unknown,
    readonly more: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** The body as it is, in place of the output's JSON. */
      readonly text?: string;
    },
  ) {}
}

export interface RestRequest {
  /** What the path's placeholders stand for, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly input: Input;
}

export interface RestOperation {
  readonly method: string;
  /** With placeholders: `/apikeys/{key}`. */
  readonly path: string;
  /** Of a success. */
  readonly status: number;
  /** Gives the body, or a `RestAnswer`. */
  readonly run: (request: RestRequest, caller: Caller) => unknown;
}

/**
 * A service whose requests name their operation by method and path.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export interface RestService {
  readonly name: string;
  readonly operations: readonly RestOperation[];
}
