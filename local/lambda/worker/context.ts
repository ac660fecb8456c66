import { type WorkerInput } from '../messages';

/** The ways in which a handler may end an invocation besides its promise. */
export interface Completion {
  /** `callback(error, result)`; waits for an empty event loop unless the handler opted out. */
  callback(error: unknown, result: unknown): void;
  done(error: unknown, result?: unknown): void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface LambdaContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly identity: undefined;
  readonly clientContext: undefined;
  getRemainingTimeInMillis(): number;
  done(error: unknown, result?: unknown): void;
  succeed(result: unknown): void;
  fail(error: unknown): void;
}

export function createContext(input: WorkerInput, requestId: string, { done }: Completion): LambdaContext {
  const deadline = performance.now() + input.timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: input.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: input.functionArn,
    memoryLimitInMB: String(input.memoryMb),
    awsRequestId: requestId,
    logGroupName: input.logGroupName,
    logStreamName: input.logStreamName,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? 'handled'),
  };
}
