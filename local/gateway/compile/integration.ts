import { type FunctionInvoker, type InvokeLater } from '../../contract';
import { integrationFailure, refuse, type Refusal } from '../http/outcome';
import { awsProxyIntegration } from '../integration/aws-proxy-integration';
import { dynamoDbActionIn, dynamoDbIntegration } from '../integration/dynamodb-integration';
import { httpIntegration } from '../integration/http-integration';
import { httpProxyIntegration } from '../integration/http-proxy-integration';
import { IntegrationResponses } from '../integration/integration-responses';
import { functionArnIn, withStageVariables } from '../integration/lambda-uri';
import { lambdaIntegration } from '../integration/lambda-integration';
import { lambdaStreamIntegration } from '../integration/lambda-stream-integration';
import { mockIntegration } from '../integration/mock-integration';
import { isForbiddenRequestHeader } from '../integration/remapped-headers';
import { type Passthrough, RequestTemplates } from '../integration/request-templates';
import { DEFAULT_INTEGRATION_TIMEOUT_MS } from '../integration/time-limit';
import { compileRequestMappings } from '../mapping/parameter-mapping';
import { type Method } from '../model';
import { numberOf, type Properties, stringOf, textMapOf } from './l1';

const HEADER_TARGET = 'integration.request.header.';
const INVOCATION_TYPE = 'x-amz-invocation-type';

/** What integrations call. */
export interface Backends {
  readonly functions: FunctionInvoker;
  readonly invokeLater: InvokeLater;
  /** URLs of AWS services, by name. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/**
 * Compiles the `Integration` of a method. Faults of the configuration that AWS accepts at creation fail each call
 * there, and so they do here.
 *
 * @throws TemplateError, SyntaxError when a template or pattern cannot be parsed
 */
export function compileIntegration(bag: Properties, backends: Backends): Method['integrate'] {
  const { functions } = backends;
  const type = stringOf(bag, 'Type') ?? 'MOCK';
  const parameters = textMapOf(bag, 'RequestParameters') ?? {};
  if (hasForbiddenHeader(type, parameters))
    return () => integrationFailure(500, 'RequestParameters map a header that API Gateway keeps for itself');
  const uri = stringOf(bag, 'Uri') ?? '';
  const timeoutMs = numberOf(bag, 'TimeoutInMillis') ?? DEFAULT_INTEGRATION_TIMEOUT_MS;
  const httpMethod = stringOf(bag, 'IntegrationHttpMethod') ?? 'ANY';
  const http = { uri, httpMethod, timeoutMs, mappings: compileRequestMappings(parameters) };
  const arn = functionArnIn(uri);
  const functionArn = withStageVariables(arn ?? '');
  const isStreaming = stringOf(bag, 'ResponseTransferMode') === 'STREAM';
  switch (type) {
    case 'AWS_PROXY':
      if (httpMethod !== 'POST') return () => wrongMethod(httpMethod);
      return isStreaming
        ? lambdaStreamIntegration({ functionArn, timeoutMs, functions })
        : awsProxyIntegration({ functionArn, timeoutMs, functions });
    case 'AWS': {
      const action = dynamoDbActionIn(uri);
      if (action !== undefined) {
        const endpoint = backends.endpoints['dynamodb'];
        return dynamoDbIntegration({ action, endpoint, timeoutMs, ...mapped(bag) });
      }
      const invocationType = http.mappings
        .filter(({ place, name }) => place === 'header' && name.toLowerCase() === INVOCATION_TYPE)
        .map(({ source }) => source);
      const { invokeLater } = backends;
      return lambdaIntegration({
        functionArn,
        timeoutMs,
        functions,
        invokeLater,
        invocationType,
        ...mapped(bag),
      });
    }
    case 'HTTP_PROXY':
      return httpProxyIntegration(http, isStreaming);
    case 'HTTP': {
      const { requests, responses } = mapped(bag);
      return httpIntegration(http, requests, responses);
    }
    default: {
      const { requests, responses } = mapped(bag);
      return mockIntegration(requests, responses);
    }
  }
}

function wrongMethod(httpMethod: string): Refusal {
  const detail = `a Lambda function is invoked with POST, not ${httpMethod}`;
  return refuse('API_CONFIGURATION_ERROR', 'Internal server error', { detail });
}

function mapped(bag: Properties): { requests: RequestTemplates; responses: IntegrationResponses } {
  return {
    requests: new RequestTemplates(
      textMapOf(bag, 'RequestTemplates') ?? {},
      (stringOf(bag, 'PassthroughBehavior') ?? 'WHEN_NO_MATCH') as Passthrough,
      stringOf(bag, 'ContentHandling'),
    ),
    responses: new IntegrationResponses(bag),
  };
}

function hasForbiddenHeader(type: string, parameters: Readonly<Record<string, string>>): boolean {
  return Object.keys(parameters).some(
    (target) =>
      target.startsWith(HEADER_TARGET) && isForbiddenRequestHeader(target.slice(HEADER_TARGET.length), type),
  );
}
