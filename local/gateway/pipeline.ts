import { type Exchange } from './http/exchange';
import { MAX_METHOD_ARN_BYTES } from './http/limits';
import { type Outcome, type Reply } from './http/outcome';
import { type Method } from './model';

/**
 * The order of evaluation once a route is found (AG §3): authorizer, API key and usage plan, request validation,
 * integration. Each step may end the request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export async function evaluate(exchange: Exchange, method: Method): Promise<Outcome> {
  if (method.authorizer) {
    if (Buffer.byteLength(exchange.methodArn) > MAX_METHOD_ARN_BYTES)
      return frontReply(414, 'Request URI too long', 'RequestUriTooLongException');
    method.presentApiKey(exchange);
    const denied = await method.authorizer.authorize(exchange);
    if (denied) return denied;
  }
  const refused = method.admit(exchange) ?? method.validate?.(exchange);
  if (refused) return refused;
  const started = performance.now();
  const outcome = await method.integrate(exchange);
  exchange.integrationMs = performance.now() - started;
  return outcome;
}

/** An answer that no gateway response type governs (AG §2). */
export function frontReply(status: number, message: string, errorType: string): Reply {
  return {
    kind: 'reply',
    status,
    headers: ['x-amzn-ErrorType', errorType, 'Content-Type', 'application/json'],
    body: `{"message":${JSON.stringify(message)}}`,
    lane: 'NONE',
  };
}
