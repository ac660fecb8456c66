import { headersText, parametersText, requestContextText } from '../http/event-text';
import { type Exchange } from '../http/exchange';

/**
 * Event of a Lambda proxy integration, format 1.0 (AG §7.1). The body is base64 when its content type is one of the
 * API's binary media types.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function proxyEvent(exchange: Exchange): string {
  const { body, api } = exchange;
  const isBinary = body.length > 0 && api.binaryMediaTypes.match(exchange.headers.get('content-type'));
  const content = body.length === 0 ? 'null' : JSON.stringify(body.toString(isBinary ? 'base64' : 'utf8'));
  return (
    `{"resource":${JSON.stringify(exchange.method?.resourcePath)},"path":${JSON.stringify(exchange.path)},` +
    `"httpMethod":${JSON.stringify(exchange.verb)},${headersText(exchange)},` +
    `${parametersText(exchange, 'null')},${requestContextText(exchange, authorizerText(exchange))},` +
    `"body":${content},"isBase64Encoded":${isBinary}}`
  );
}

/** Context values as strings, plus `principalId` and the numeric `integrationLatency` (AG §4). */
function authorizerText(exchange: Exchange): string | null {
  const answer = exchange.authorizer;
  if (!answer) return null;
  return JSON.stringify({
    ...answer.context,
    principalId: answer.principalId,
    integrationLatency: Math.round(exchange.authorizerMs),
  });
}
