import { type FunctionInvoker, type InvokeResult } from '../../contract';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse, type Refusal } from '../http/outcome';
import { proxyEvent } from './aws-proxy-event';
import { readProxyAnswer } from './aws-proxy-response';
import { MAX_LAMBDA_PAYLOAD_BYTES } from '../http/limits';
import { TIMED_OUT, within } from './time-limit';

export interface AwsProxySettings {
  readonly functionArn: (exchange: Exchange) => string;
  readonly timeoutMs: number;
  readonly functions: FunctionInvoker;
}

/** Lambda proxy integration (AG §7.1). */
export function awsProxyIntegration(settings: AwsProxySettings): (x: Exchange) => Promise<Outcome> {
  const { functionArn, timeoutMs, functions } = settings;
  return async (x) => {
    const arn = functionArn(x);
    // A function that is not there fails like one that API Gateway has no permission to invoke.
    if (!functions.has(arn)) return integrationFailure(500, `${arn} is no function of the loaded stacks`);
    const event = proxyEvent(x);
    if (exceeds(event)) return tooLong();
    const result = await within(functions.invoke(arn, event), timeoutMs);
    if (result === TIMED_OUT) return refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
    x.integrationStatus = result.kind === 'throttled' ? 429 : 200;
    x.integrationRun = result.run;
    if (result.kind !== 'success') return invocationFailure(result);
    if (exceeds(result.payload)) return integrationFailure(502, 'the answer is longer than Lambda allows');
    const answer = readProxyAnswer(result.payload, x.api.binaryMediaTypes, x.headers.get('accept'));
    if (answer === null)
      return integrationFailure(502, `malformed Lambda proxy response: ${result.payload.slice(0, 200)}`);
    if (answer === 'bad-base64') return integrationFailure(500, 'the body is not base64');
    answer.headers.push('X-Amzn-Trace-Id', x.responseTraceId);
    return { kind: 'reply', ...answer, lane: 'INTEGRATION' };
  };
}

/** Throttled is 500; every other failure of the function is a malformed answer, 502. */
export function invocationFailure(result: Exclude<InvokeResult, { kind: 'success' }>): Refusal {
  switch (result.kind) {
    case 'throttled':
      return integrationFailure(500, 'the function is throttled');
    case 'timeout':
      return integrationFailure(502, `the function timed out after ${result.timeoutMs} ms`);
    case 'crash':
      return integrationFailure(502, result.errorMessage);
    case 'function-error':
      return integrationFailure(502, `${result.errorType}: ${result.errorMessage}`);
  }
}

export function tooLong(): Refusal {
  return refuse('REQUEST_TOO_LARGE', 'Request Too Long');
}

/** More than Lambda takes or gives in a synchronous call. */
export function exceeds(payload: string): boolean {
  return (
    // A character has at most three bytes: short texts need no counting.
    payload.length * 3 > MAX_LAMBDA_PAYLOAD_BYTES && Buffer.byteLength(payload) > MAX_LAMBDA_PAYLOAD_BYTES
  );
}
