import { clfTime } from './clf-time';
import { type Exchange } from './exchange';

/**
 * JSON text of the parts that authorizer events and proxy events share. Built as text, once per request, because
 * that is what the function gets: an object would only be serialized again.
 */

const text = (value: string | undefined): string => (value === undefined ? 'null' : JSON.stringify(value));

/** `"headers":{…},"multiValueHeaders":{…}`, the same for the authorizer and the integration. */
export function headersText(exchange: Exchange): string {
  return (exchange.headersJson ??= writeHeaders(exchange));
}

function writeHeaders(exchange: Exchange): string {
  let single = '';
  let multi = '';
  for (const [, { name, values }] of exchange.headers) {
    const key = JSON.stringify(name);
    const comma = single === '' ? '' : ',';
    single += `${comma}${key}:${JSON.stringify(values[values.length - 1])}`;
    multi += `${comma}${key}:${values.length === 1 ? `[${JSON.stringify(values[0])}]` : JSON.stringify(values)}`;
  }
  return `"headers":{${single}},"multiValueHeaders":{${multi}}`;
}

/** @param none what absent maps look like: `null` in proxy events, `{}` in authorizer events (AG §4, §7.1) */
export function parametersText(exchange: Exchange, none: 'null' | '{}'): string {
  const { query, pathParameters, stageVariables } = exchange;
  const map = (value: object | null | undefined): string => (value ? JSON.stringify(value) : none);
  return (
    `"queryStringParameters":${map(query?.single)},"multiValueQueryStringParameters":${map(query?.multi)},` +
    `"pathParameters":${map(pathParameters)},"stageVariables":${map(stageVariables)}`
  );
}

/** @param authorizer members of `requestContext.authorizer` as JSON text, when an authorizer ran */
export function requestContextText(exchange: Exchange, authorizer: string | null): string {
  const { api, stage, method } = exchange;
  const host = JSON.stringify(exchange.host);
  return (
    `"requestContext":{"resourceId":${text(method?.resourceId)},` +
    (authorizer === null ? '' : `"authorizer":${authorizer},`) +
    `"resourcePath":${text(method?.resourcePath)},` +
    (method?.operationName === undefined ? '' : `"operationName":${JSON.stringify(method.operationName)},`) +
    `"httpMethod":${JSON.stringify(exchange.verb)},"extendedRequestId":${JSON.stringify(exchange.extendedRequestId)},` +
    `"requestTime":"${clfTime(exchange.epochMs)}","path":${JSON.stringify(exchange.requestPath)},` +
    `"accountId":"${api.accountId}","protocol":"HTTP/${exchange.incoming.httpVersion}",` +
    `"stage":${text(stage?.name)},"domainPrefix":${JSON.stringify(api.apiId)},` +
    `"requestTimeEpoch":${exchange.epochMs},"requestId":${JSON.stringify(exchange.requestId)},` +
    identityText(exchange) +
    `,"domainName":${host},"deploymentId":${text(exchange.deploymentId)},"apiId":${JSON.stringify(api.apiId)}` +
    (stage?.canary ? `,"isCanaryRequest":${exchange.isCanary}` : '') +
    '}'
  );
}

/** Members are null when unused; `apiKey` and `apiKeyId` exist only on methods that require a key (AG §7.1). */
function identityText(exchange: Exchange): string {
  const key = exchange.apiKey;
  return (
    '"identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,' +
    `"sourceIp":${JSON.stringify(exchange.sourceIp)},"principalOrgId":null,"accessKey":null,` +
    '"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null,' +
    (key ? `"apiKey":${JSON.stringify(key.value)},"apiKeyId":${JSON.stringify(key.id)},` : '') +
    `"userAgent":${text(exchange.headers.get('user-agent'))},"user":null}`
  );
}
