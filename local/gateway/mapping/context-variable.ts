import { ownValue } from '../../own-value';
import { clfTime } from '../http/clf-time';
import { type Exchange } from '../http/exchange';

export type Scalar = string | number | boolean | null | undefined;
export type Getter = (exchange: Exchange) => Scalar;

/**
 * `$context.*` that mapping expressions, gateway responses and access logs may all read.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
const EVERYWHERE: Readonly<Record<string, Getter>> = {
  accountId: (x) => x.api.accountId,
  apiId: (x) => x.api.apiId,
  awsEndpointRequestId: (x) => x.integrationRun?.requestId,
  deploymentId: (x) => x.deploymentId,
  domainName: (x) => x.host,
  domainPrefix: (x) => x.api.apiId,
  'error.message': (x) => x.refusal?.message,
  'error.messageString': (x) => (x.refusal ? JSON.stringify(x.refusal.message) : undefined),
  'error.responseType': (x) => x.refusal?.type,
  'error.validationErrorString': (x) => x.refusal?.validationError,
  extendedRequestId: (x) => x.extendedRequestId,
  httpMethod: (x) => x.verb,
  'identity.apiKey': (x) => x.apiKey?.value,
  'identity.apiKeyId': (x) => x.apiKey?.id,
  'identity.sourceIp': (x) => x.sourceIp,
  'identity.userAgent': (x) => x.headers.get('user-agent'),
  isCanaryRequest: (x) => (x.stage?.canary ? x.isCanary : undefined),
  operationName: (x) => x.method?.operationName,
  path: (x) => x.requestPath,
  protocol: (x) => `HTTP/${x.incoming.httpVersion}`,
  requestId: (x) => x.requestId,
  requestTime: (x) => clfTime(x.epochMs),
  requestTimeEpoch: (x) => x.epochMs,
  resourceId: (x) => x.method?.resourceId,
  resourcePath: (x) => x.method?.resourcePath,
  stage: (x) => x.stage?.name,
  'authorizer.principalId': (x) => x.authorizer?.principalId,
};

/**
 * Access logs only (AG §2.2). WAF and `authenticate.*` never have a value here: neither is imitated.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
const ACCESS_LOG_ONLY: Readonly<Record<string, Getter>> = {
  'authorize.error': (x) => (x.refusal?.type === 'ACCESS_DENIED' ? x.refusal.message : undefined),
  'authorize.latency': () => undefined,
  'authorize.status': (x) => authorizeStatus(x),
  'authorizer.error': (x) => (x.refusal?.type.startsWith('AUTHORIZER_') ? x.refusal.message : undefined),
  'authorizer.integrationLatency': (x) => authorizerLatency(x),
  'authorizer.integrationStatus': (x) => x.authorizerStatus,
  'authorizer.latency': (x) => authorizerLatency(x),
  'authorizer.requestId': (x) => x.authorizerRun?.requestId,
  'authorizer.status': (x) => x.authorizerStatus,
  'integration.error': (x) => (x.refusal?.type.startsWith('INTEGRATION_') ? x.refusal.message : undefined),
  'integration.integrationStatus': (x) => x.integrationStatus,
  'integration.latency': (x) => integrationLatency(x),
  'integration.requestId': (x) => x.integrationRun?.requestId,
  'integration.status': (x) => x.integrationStatus,
  integrationLatency: (x) => integrationLatency(x),
  integrationStatus: (x) => x.integrationStatus,
  responseLatency: (x) => Math.round(performance.now() - x.startedAt),
  responseLength: (x) => x.responseLength,
  status: (x) => x.status,
  xrayTraceId: (x) => x.traceId.replace(/^Root=/, ''),
};

const AUTHORIZER = 'authorizer.';

/**
 * Compiles the name after `context.` into a getter.
 *
 * @param name for example `identity.sourceIp`, `authorizer.plan`
 * @returns a getter; of `undefined` for names that do not exist
 */
export function contextGetter(name: string, accessLog = false): Getter {
  const own = ownValue(EVERYWHERE, name) ?? (accessLog ? ownValue(ACCESS_LOG_ONLY, name) : undefined);
  if (own) return own;
  if (name.startsWith(AUTHORIZER)) {
    const key = name.slice(AUTHORIZER.length);
    return (x) => ownValue(x.authorizer?.context, key);
  }
  return () => undefined;
}

export function stageVariableGetter(name: string): Getter {
  return (x) => ownValue(x.stageVariables, name);
}

function authorizeStatus(x: Exchange): number | undefined {
  // A policy was evaluated, be it a cached one.
  if (!x.authorizer) return undefined;
  return x.refusal?.type === 'ACCESS_DENIED' ? 403 : 200;
}

function authorizerLatency(x: Exchange): number | undefined {
  return x.authorizerStatus === undefined ? undefined : Math.round(x.authorizerMs);
}

function integrationLatency(x: Exchange): number | undefined {
  return x.integrationStatus === undefined ? undefined : Math.round(x.integrationMs);
}
