import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome } from '../http/outcome';
import { TemplateContext } from '../mapping/template-context';
import { callBackend, readAnswer } from './http-client';
import { backendFailure } from './http-proxy-integration';
import { type IntegrationResponses } from './integration-responses';
import { type RequestTemplates } from './request-templates';

const ACTION = /^arn:[\w-]+:apigateway:[\w-]+:dynamodb:action\/(\w+)$/;

/** Name of the action in `arn:{partition}:apigateway:{region}:dynamodb:action/{Action}`. */
export function dynamoDbActionIn(uri: string): string | undefined {
  return ACTION.exec(uri)?.[1];
}

export interface DynamoDbSettings {
  readonly action: string;
  readonly endpoint: string | undefined;
  readonly timeoutMs: number;
  readonly requests: RequestTemplates;
  readonly responses: IntegrationResponses;
}

/** A method that calls DynamoDB without a function: the template is the API request (AG §7.8). */
export function dynamoDbIntegration(settings: DynamoDbSettings): (x: Exchange) => Promise<Outcome> {
  const { action, endpoint, timeoutMs, requests, responses } = settings;
  return async (x) => {
    if (endpoint === undefined) return integrationFailure(500, 'no endpoint for DynamoDB is given');
    const context = new TemplateContext(x);
    let body: ReturnType<RequestTemplates['render']>;
    try {
      body = requests.render(x, context);
    } catch (error) {
      return integrationFailure(500, `request template: ${(error as Error).message}`);
    }
    if (typeof body !== 'string') return body;
    const result = await callBackend({
      method: 'POST',
      url: endpoint,
      headers: headersFor(action, x.api.region),
      body,
      timeoutMs,
    });
    if (result.kind !== 'answer')
      return backendFailure(result.kind, 'detail' in result ? result.detail : undefined);
    const answer = await readAnswer(result.message);
    if (typeof answer === 'string') return backendFailure(answer);
    const status = result.message.statusCode ?? 500;
    x.integrationStatus = status;
    const text = (): string => answer.toString('utf8');
    return responses.respond(
      x,
      String(status),
      { headers: result.message.headers, body: answer, text },
      context,
      true,
    );
  };
}

/** An emulator reads the Region from the credential scope and checks no signature. */
function headersFor(action: string, region: string): string[] {
  return [
    'Content-Type',
    'application/x-amz-json-1.0',
    'X-Amz-Target',
    `DynamoDB_20120810.${action}`,
    'X-Amz-Date',
    '20200101T000000Z',
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=local/20200101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
  ];
}
