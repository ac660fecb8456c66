import { type FunctionInvoker, type InvokeLater, type InvokeResult } from '../../contract';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse } from '../http/outcome';
import { TemplateContext } from '../mapping/template-context';
import { type Source } from '../mapping/parameter-mapping';
import { exceeds, tooLong } from './aws-proxy-integration';
import { type IntegrationResponses } from './integration-responses';
import { type RequestTemplates } from './request-templates';
import { TIMED_OUT, within } from './time-limit';

export interface LambdaSettings {
  readonly functionArn: (exchange: Exchange) => string;
  readonly timeoutMs: number;
  readonly functions: FunctionInvoker;
  readonly invokeLater: InvokeLater;
  readonly requests: RequestTemplates;
  readonly responses: IntegrationResponses;
  /** Sources of `integration.request.header.X-Amz-Invocation-Type`: the function is not waited for when one is `Event`. */
  readonly invocationType: readonly Source[];
}

/**
 * Lambda without proxy (AG §7.8): the template makes the event, and an error message selects the response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html
 */
export function lambdaIntegration(settings: LambdaSettings): (x: Exchange) => Promise<Outcome> {
  const { functionArn, timeoutMs, functions, invokeLater, requests, responses, invocationType } = settings;
  return async (x) => {
    const context = new TemplateContext(x);
    let event: ReturnType<RequestTemplates['render']>;
    try {
      event = requests.render(x, context);
    } catch (error) {
      return integrationFailure(500, `request template: ${(error as Error).message}`);
    }
    if (typeof event !== 'string') return event;
    const arn = functionArn(x);
    if (!functions.has(arn)) return integrationFailure(500, `${arn} is no function of the loaded stacks`);
    if (!isJson(event)) return integrationFailure(500, `the event is not JSON: ${event.slice(0, 200)}`);
    if (exceeds(event)) return tooLong();
    const isAsynchronous = invocationType.some((source) => source(x)[0] === 'Event');
    const payload = event === '' ? '{}' : event;
    if (isAsynchronous) invokeLater(arn, payload);
    const result = isAsynchronous ? ACCEPTED : await within(functions.invoke(arn, payload), timeoutMs);
    if (result === TIMED_OUT) return refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
    x.integrationStatus = isAsynchronous ? 202 : 200;
    x.integrationRun = result.run;
    if (result.kind === 'throttled') return integrationFailure(500, 'the function is throttled');
    const error = errorOf(result);
    const text = result.kind === 'success' ? result.payload : JSON.stringify(error);
    const answer = {
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(text),
      text: () => text,
    };
    return responses.respond(x, error?.errorMessage, answer, context, true);
  };
}

const ACCEPTED: InvokeResult = { kind: 'success', payload: '', durationMs: 0 };

/** The payload of a failed invocation, as Lambda words it. */
function errorOf(
  result: Exclude<InvokeResult, { kind: 'throttled' }>,
): { errorMessage: string; errorType?: string; trace?: readonly string[] } | undefined {
  switch (result.kind) {
    case 'success':
      return undefined;
    case 'function-error': {
      const { errorMessage, errorType, stackTrace } = result;
      return { errorType, errorMessage, trace: stackTrace };
    }
    case 'timeout':
      return { errorMessage: `Task timed out after ${(result.timeoutMs / 1000).toFixed(2)} seconds` };
    case 'crash':
      return { errorType: 'Runtime.ExitError', errorMessage: result.errorMessage };
  }
}

function isJson(text: string): boolean {
  if (text === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
