import { clfTime } from './clf-time';
import { type Exchange } from './exchange';
import { jsonText } from './json-text';
import { type ClientHeaders } from './request-headers';

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
}

export interface DescribedMethod {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly operationName: string | undefined;
}

/**
 * A text in one piece. What `+` makes is a tree until it is read, and every event that a part of it goes into would walk
 * that part anew.
 */
const whole = (...parts: readonly string[]): string => parts.join('');

export function methodTexts(described: DescribedMethod): MethodTexts {
  const { accountId, apiId, stage, resourceId, resourcePath, operationName } = described;
  const operation = operationName === undefined ? '' : `"operationName":${jsonText(operationName)},`;
  return {
    resource: whole('"resource":', jsonText(resourcePath), ',"path":'),
    contextStart: whole('"requestContext":{"resourceId":', jsonText(resourceId), ','),
    contextPath: whole('"resourcePath":', jsonText(resourcePath), ',', operation, '"httpMethod":'),
    account: whole(',"accountId":"', accountId, '","protocol":"HTTP/'),
    stage: whole(
      '","stage":',
      jsonText(stage),
      ',"apiId":',
      jsonText(apiId),
      ',"domainPrefix":',
      jsonText(apiId),
      ',"requestTimeEpoch":',
    ),
  };
}

/** What events say of headers, trace ids left out, and of who sent them. */
export interface HeaderTexts {
  /** Up to the value of the trace id, which is the last one. */
  readonly single: string;
  /** The same for lists. */
  readonly multi: string;
  /** Up to the API key. Members are null when unused. */
  readonly identity: string;
  /** From the user agent to the name of the domain. */
  readonly userAgent: string;
}

function headerTexts({ headers, host, sourceIp }: Exchange): HeaderTexts {
  return (headers.client.texts ??= writeHeaders(headers.client, host, sourceIp));
}

function writeHeaders(headers: ClientHeaders, host: string, sourceIp: string): HeaderTexts {
  const single: string[] = [];
  const multi: string[] = [];
  for (const [, { name, values }] of headers) {
    const key = JSON.stringify(name);
    single.push(`${key}:${JSON.stringify(values.at(-1))},`);
    multi.push(`${key}:${JSON.stringify(values)},`);
  }
  const userAgent = headers.get('user-agent')?.values.at(-1) ?? null;
  return {
    single: whole('"headers":{', ...single, '"X-Amzn-Trace-Id":'),
    multi: whole('},"multiValueHeaders":{', ...multi, '"X-Amzn-Trace-Id":['),
    identity: whole(
      ',"identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,"sourceIp":',
      JSON.stringify(sourceIp),
      ',"principalOrgId":null,"accessKey":null,"cognitoAuthenticationType":null,',
      '"cognitoAuthenticationProvider":null,"userArn":null,',
    ),
    userAgent: whole(
      '"userAgent":',
      JSON.stringify(userAgent),
      ',"user":null},"domainName":',
      JSON.stringify(host),
      ',"deploymentId":',
    ),
  };
}

/** From `resource` to `multiValueHeaders`: the same for the authorizer and the integration. */
export function requestText(exchange: Exchange): string {
  return (exchange.requestJson ??= writeRequest(exchange));
}

function writeRequest(exchange: Exchange): string {
  const { single, multi } = headerTexts(exchange);
  const traceId = jsonText(exchange.traceId);
  const path = `${jsonText(exchange.path)},"httpMethod":${jsonText(exchange.verb)},`;
  return `${exchange.method!.texts.resource}${path}${single}${traceId}${multi}${traceId}]}`;
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
  const { apiKey, deploymentId, epochMs, stage } = exchange;
  const texts = exchange.method!.texts;
  const { identity, userAgent } = headerTexts(exchange);
  return (
    texts.contextStart +
    (authorizer === null ? '' : `"authorizer":${authorizer},`) +
    `${texts.contextPath}${jsonText(exchange.verb)},"extendedRequestId":"${exchange.extendedRequestId}",` +
    `"requestTime":"${clfTime(epochMs)}","path":${jsonText(exchange.requestPath)}` +
    texts.account +
    exchange.incoming.httpVersion +
    texts.stage +
    `${epochMs},"requestId":${jsonText(exchange.requestId)}` +
    identity +
    // Only on methods that require a key (AG §7.1).
    (apiKey ? `"apiKey":${jsonText(apiKey.value)},"apiKeyId":${jsonText(apiKey.id)},` : '') +
    userAgent +
    (deploymentId === undefined ? 'null' : jsonText(deploymentId)) +
    (stage?.canary ? `,"isCanaryRequest":${exchange.isCanary}}` : '}')
  );
}
