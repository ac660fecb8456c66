import { type Exchange } from '../http/exchange';
import { parametersText, requestContextText, requestText } from '../http/event-text';
import { jsonText } from '../http/json-text';

/**
 * Event of a REQUEST authorizer: the proxy event without a body, empty maps as `{}` (AG §4).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function requestAuthorizerEvent(exchange: Exchange): string {
  return (
    `{"type":"REQUEST","methodArn":${jsonText(exchange.methodArn)},${requestText(exchange)},` +
    `${parametersText(exchange, '{}')},${requestContextText(exchange, null)}}`
  );
}

export function tokenAuthorizerEvent(exchange: Exchange, token: string): string {
  return (
    `{"type":"TOKEN","methodArn":${jsonText(exchange.methodArn)},` +
    `"authorizationToken":${jsonText(token)}}`
  );
}
