import { parametersText, requestContextText, requestText } from '../http/event-text';
import { type Exchange } from '../http/exchange';
import { jsonText } from '../http/json-text';

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
    `{${requestText(exchange)},${parametersText(exchange, 'null')},` +
    `${requestContextText(exchange, authorizerText(exchange))},` +
    `"body":${content},"isBase64Encoded":${isBinary}}`
  );
}

/** Context values as strings, plus `principalId` and the numeric `integrationLatency` (AG §4). */
function authorizerText(exchange: Exchange): string | null {
  const { authorizer, authorizerMs } = exchange;
  if (!authorizer) return null;
  const { contextText, principalId } = authorizer;
  const comma = contextText === '{' ? '' : ',';
  const principal = principalId === undefined ? '' : `"principalId":${jsonText(principalId)},`;
  // Of a name that comes twice, a reader takes the last.
  return `${contextText}${comma}${principal}"integrationLatency":${Math.round(authorizerMs)}}`;
}
