import { PassThrough } from 'node:stream';
import { type InvokeResult } from '../../contract';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse } from '../http/outcome';
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
      const fail = (outcome: Outcome): void => {
        clearTimeout(timer);
        resolve(outcome);
        body.destroy();
      };
      const timer = setTimeout(
        () => fail(refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out')),
        timeoutMs,
      );
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
        x.integrationStatus = 200;
        const { status, headers } = parsed.head;
        headers.push('X-Amzn-Trace-Id', x.responseTraceId);
        body.write(parsed.rest, taken);
        resolve({ kind: 'reply', status, headers, body, lane: 'INTEGRATION' });
      };
      const settled = (result: InvokeResult): void => {
        clearTimeout(timer);
        x.integrationRun = result.run;
        // Without a head the function did not stream: what it returned instead is malformed here.
        if (!hasHead) fail(result.kind === 'success' ? didNotStream() : invocationFailure(result));
        else if (result.kind === 'success') body.end();
        else body.destroy(new Error(result.kind));
      };
      void functions.invoke(arn, event, { write, end: () => undefined }).then(settled);
    });
  };
}

function didNotStream(): Outcome {
  return integrationFailure(502, 'the function ended without the head of a response stream');
}
