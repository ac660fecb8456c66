import { PassThrough } from 'node:stream';
import { type InvokeResult } from '../../contract';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, type Refusal, refuse } from '../http/outcome';
import { proxyEvent } from './aws-proxy-event';
import { type AwsProxySettings, exceeds, invocationFailure, tooLong } from './aws-proxy-integration';
import { StreamPrelude } from './stream-prelude';

/**
 * Lambda proxy integration with `ResponseTransferMode: STREAM` (AG §7.9): the answer leaves as the function writes
 * it. Once the head is sent, a fault can only break the answer off.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export function lambdaStreamIntegration(settings: AwsProxySettings): (x: Exchange) => Promise<Outcome> {
  const { functionArn, timeoutMs, functions } = settings;
  return (x) => {
    const arn = functionArn(x);
    if (!functions.has(arn))
      return Promise.resolve(integrationFailure(500, `${arn} is no function of the loaded stacks`));
    const event = proxyEvent(x);
    if (exceeds(event)) return Promise.resolve(tooLong());
    return new Promise((resolve) => {
      const body = new PassThrough();
      const prelude = new StreamPrelude();
      let hasHead = false;
      let goOn: (() => void) | undefined;
      const taken = (): void => {
        const waiting = goOn;
        goOn = undefined;
        waiting?.();
      };
      // Broken off before anybody reads it, it must not be an error that nobody handles.
      body.on('error', () => undefined);
      // A function does not notice that its client has gone, and runs to its end.
      body.once('close', taken);
      const fail = (refusal: Refusal): void => {
        clearTimeout(timer);
        clearTimeout(silence);
        resolve(refusal);
        body.destroy(new Error(refusal.detail ?? refusal.message ?? refusal.type));
      };
      const timedOut = (): void => fail(refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out'));
      const timer = setTimeout(timedOut, timeoutMs);
      const silence = setTimeout(timedOut, x.api.streamIdleMs);
      const write = (chunk: Uint8Array, chunkTaken: () => void): void => {
        goOn = chunkTaken;
        if (body.destroyed) return taken();
        if (hasHead) {
          body.write(chunk, taken);
          return;
        }
        const parsed = prelude.push(chunk);
        if (parsed === undefined) return taken();
        if (parsed === null) return fail(integrationFailure(502, 'malformed head of the response stream'));
        hasHead = true;
        clearTimeout(silence);
        x.integrationStatus = 200;
        const { status, headers } = parsed.head;
        headers.push('X-Amzn-Trace-Id', x.responseTraceId);
        body.write(parsed.rest, taken);
        resolve({ kind: 'reply', status, headers, body, lane: 'INTEGRATION' });
      };
      const settled = (result: InvokeResult): void => {
        x.integrationRun = result.run;
        if (result.kind !== 'success') return fail(invocationFailure(result));
        // Without a head the function did not stream: what it returned instead is malformed here.
        if (!hasHead) return fail(didNotStream());
        clearTimeout(timer);
        body.end();
      };
      void functions.invoke(arn, event, { write, end: () => undefined }).then(settled);
    });
  };
}

function didNotStream(): Refusal {
  return integrationFailure(502, 'the function ended without the head of a response stream');
}
