import { type Exchange } from '../http/exchange';
import { headersText, parametersText, requestContextText } from '../http/event-text';

/**
 * Event of a REQUEST authorizer: the proxy event without a body, empty maps as `{}` (AG §4).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function requestAuthorizerEvent(exchange: Exchange): string {
  return (
    `{"type":"REQUEST","methodArn":${JSON.stringify(exchange.methodArn)},` +
    `"resource":${JSON.stringify(exchange.method?.resourcePath)},"path":${JSON.stringify(exchange.path)},` +
    `"httpMethod":${JSON.stringify(exchange.verb)},${headersText(exchange)},` +
    `${parametersText(exchange, '{}')},${requestContextText(exchange, null)}}`
  );
}

export function tokenAuthorizerEvent(exchange: Exchange, token: string): string {
  return (
    `{"type":"TOKEN","methodArn":${JSON.stringify(exchange.methodArn)},` +
    `"authorizationToken":${JSON.stringify(token)}}`
  );
}
