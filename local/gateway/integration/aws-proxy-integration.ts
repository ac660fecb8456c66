import { type FunctionInvoker } from '../../contract';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse } from '../http/outcome';
import { proxyEvent } from './aws-proxy-event';
import { readProxyAnswer } from './aws-proxy-response';
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
    if (!functions.has(arn)) return integrationFailure(500);
    const result = await within(functions.invoke(arn, proxyEvent(x)), timeoutMs);
    if (result === TIMED_OUT) return refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
    x.integrationStatus = result.kind === 'throttled' ? 429 : 200;
    if (result.kind === 'throttled') return integrationFailure(500);
    if (result.kind !== 'success') return integrationFailure(502);
    const answer = readProxyAnswer(result.payload, x.api.binaryMediaTypes, x.headers.get('accept'));
    if (answer === null) return integrationFailure(502);
    if (answer === 'bad-base64') return integrationFailure(500);
    answer.headers.push('X-Amzn-Trace-Id', x.responseTraceId);
    return { kind: 'reply', ...answer, lane: 'INTEGRATION' };
  };
}
