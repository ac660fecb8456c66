import { clfTime } from './clf-time';
import { type Exchange } from './exchange';
import { jsonText } from './json-text';

/**
 * JSON text of the parts that authorizer events and proxy events share. Built as text, because that is what the
 * function gets: an object would only be serialized again.
 */

/** What is the same in the events of all requests of a method. */
export interface MethodTexts {
  readonly resource: string;
  readonly contextStart: string;
  /** From `resourcePath` to the value of `httpMethod`. */
  readonly contextPath: string;
  /** From `accountId` to the version of `protocol`. */
  readonly account: string;
  /** From `stage` to the value of `requestTimeEpoch`. */
  readonly stage: string;
  readonly apiId: string;
}

export interface DescribedMethod {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly operationName: string | undefined;
}

export function methodTexts(described: DescribedMethod): MethodTexts {
  const { accountId, apiId, stage, resourceId, resourcePath, operationName } = described;
  const operation = operationName === undefined ? '' : `"operationName":${jsonText(operationName)},`;
  return {
    resource: `"resource":${jsonText(resourcePath)},"path":`,
    contextStart: `"requestContext":{"resourceId":${jsonText(resourceId)},`,
    contextPath: `"resourcePath":${jsonText(resourcePath)},${operation}"httpMethod":`,
    account: `,"accountId":"${accountId}","protocol":"HTTP/`,
    stage: `","stage":${jsonText(stage)},"domainPrefix":${jsonText(apiId)},"requestTimeEpoch":`,
    apiId: `,"apiId":${jsonText(apiId)}`,
  };
}

/** From `resource` to `multiValueHeaders`: the same for the authorizer and the integration. */
export function requestText(exchange: Exchange): string {
  return (exchange.requestJson ??= writeRequest(exchange));
}

function writeRequest(exchange: Exchange): string {
  let single = '';
  let multi = '';
  for (const { name, values } of exchange.headers.values()) {
    // The parser of node:http lets no name pass that would need escapes.
    const key = single === '' ? `"${name}":` : `,"${name}":`;
    const last = jsonText(values[values.length - 1] as string);
    single += key + last;
    multi += key + (values.length === 1 ? `[${last}]` : JSON.stringify(values));
  }
  return (
    `${exchange.method!.texts.resource}${jsonText(exchange.path)},"httpMethod":${jsonText(exchange.verb)},` +
    `"headers":{${single}},"multiValueHeaders":{${multi}}`
  );
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
  const { deploymentId, epochMs, stage } = exchange;
  const texts = exchange.method!.texts;
  return (
    texts.contextStart +
    (authorizer === null ? '' : `"authorizer":${authorizer},`) +
    `${texts.contextPath}${jsonText(exchange.verb)},"extendedRequestId":"${exchange.extendedRequestId}",` +
    `"requestTime":"${clfTime(epochMs)}","path":${jsonText(exchange.requestPath)}` +
    texts.account +
    exchange.incoming.httpVersion +
    texts.stage +
    `${epochMs},"requestId":${jsonText(exchange.requestId)},${identityText(exchange)},` +
    `"domainName":${jsonText(exchange.host)},"deploymentId":${deploymentId === undefined ? 'null' : jsonText(deploymentId)}` +
    texts.apiId +
    (stage?.canary ? `,"isCanaryRequest":${exchange.isCanary}}` : '}')
  );
}

/** Members are null when unused; `apiKey` and `apiKeyId` exist only on methods that require a key (AG §7.1). */
function identityText(exchange: Exchange): string {
  const key = exchange.apiKey;
  const userAgent = exchange.headers.get('user-agent');
  return (
    '"identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,' +
    `"sourceIp":"${exchange.sourceIp}","principalOrgId":null,"accessKey":null,` +
    '"cognitoAuthenticationType":null,"cognitoAuthenticationProvider":null,"userArn":null,' +
    (key ? `"apiKey":${jsonText(key.value)},"apiKeyId":${jsonText(key.id)},` : '') +
    `"userAgent":${userAgent === undefined ? 'null' : jsonText(userAgent)},"user":null}`
  );
}
