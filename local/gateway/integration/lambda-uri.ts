import { type Exchange } from '../http/exchange';
import { ownValue } from '../../own-value';

const INVOCATION =
  /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/(?:2015-03-31|2021-11-15)\/functions\/(.+)\/(?:invocations|response-streaming-invocations)$/;

/** Function ARN inside `arn:{partition}:apigateway:{region}:lambda:path/…/functions/{arn}/invocations`. */
export function functionArnIn(uri: string): string | undefined {
  return INVOCATION.exec(uri)?.[1];
}

const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;

/**
 * Compiles a text with `${stageVariables.x}` in it (AG §7.7); an undefined variable is empty.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
export function withStageVariables(text: string): (exchange: Exchange) => string {
  if (!text.includes('${stageVariables.')) return () => text;
  return (x) => text.replace(STAGE_VARIABLE, (_all, name: string) => ownValue(x.stageVariables, name) ?? '');
}
