import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome } from '../http/outcome';
import { TemplateContext } from '../mapping/template-context';
import { callBackend, readAnswer } from './http-client';
import { backendFailure, type HttpSettings } from './http-proxy-integration';
import {
  applyMappings,
  applyOverrides,
  compileUri,
  emptyParts,
  headerList,
  type RequestParts,
} from './http-request';
import { type IntegrationResponses } from './integration-responses';
import { type RequestTemplates } from './request-templates';

/** HTTP integration with mappings: only mapped headers are sent, the status selects the response (AG §7.2). */
export function httpIntegration(
  settings: HttpSettings,
  requests: RequestTemplates,
  responses: IntegrationResponses,
): (x: Exchange) => Promise<Outcome> {
  const uriOf = compileUri(settings.uri);
  return async (x) => {
    const context = new TemplateContext(x);
    let body: ReturnType<RequestTemplates['render']>;
    try {
      body = requests.render(x, context);
    } catch (error) {
      return integrationFailure(500, `request template: ${(error as Error).message}`);
    }
    if (typeof body !== 'string') return body;
    const parts = defaultParts(x);
    applyMappings(x, settings.mappings, parts);
    applyOverrides(context, parts);
    const result = await callBackend({
      method: settings.httpMethod === 'ANY' ? x.verb : settings.httpMethod,
      url: uriOf(x, parts),
      headers: headerList(parts),
      // As text, bytes that are no UTF-8 would be lost.
      body: requests.pick(x) === null ? requests.payload(x) : body,
      timeoutMs: settings.timeoutMs,
    });
    if (result.kind !== 'answer')
      return backendFailure(result.kind, 'detail' in result ? result.detail : undefined);
    const answerBody = await readAnswer(result.message);
    if (typeof answerBody === 'string') return backendFailure(answerBody);
    const status = result.message.statusCode ?? 502;
    x.integrationStatus = status;
    const answer = {
      headers: result.message.headers,
      body: answerBody,
      text: () => answerBody.toString('utf8'),
    };
    return responses.respond(x, String(status), answer, context, true);
  };
}

function defaultParts(x: Exchange): RequestParts {
  const parts = emptyParts();
  const put = (name: string, value: string): unknown =>
    parts.headers.set(name.toLowerCase(), [name, [value]]);
  put('Accept', 'application/json');
  put('User-Agent', `AmazonAPIGateway_${x.api.apiId}`);
  put('Content-Type', x.headers.get('content-type') ?? 'application/json');
  put('X-Amzn-Apigateway-Api-Id', x.api.apiId);
  put('X-Amzn-Trace-Id', x.traceId);
  return parts;
}
