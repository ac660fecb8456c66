import { type Exchange, rawHeader } from '../http/exchange';
import { integrationFailure, type Outcome } from '../http/outcome';
import { TemplateContext } from '../mapping/template-context';
import { type IntegrationResponses } from './integration-responses';
import { parseLenientJson } from './lenient-json';
import { type RequestTemplates } from './request-templates';

const NO_BODY = new Uint8Array();
const NOTHING = { headers: {}, body: NO_BODY, text: () => '' };

/**
 * MOCK integration (AG §7.3): the request template names a status, which selects the integration response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function mockIntegration(
  requests: RequestTemplates,
  responses: IntegrationResponses,
): (x: Exchange) => Outcome {
  const constant = requests.constant === undefined ? undefined : statusIn(requests.constant);
  const ready = constant === undefined ? null : responses.constantReply(String(constant));
  return (x) => {
    if (ready && rawHeader(x.incoming.rawHeaders, 'content-type') === undefined)
      return { kind: 'reply', lane: 'INTEGRATION', ...ready };
    const context = new TemplateContext(x);
    let rendered: ReturnType<RequestTemplates['render']>;
    try {
      rendered = requests.render(x, context);
    } catch {
      return integrationFailure(500);
    }
    if (typeof rendered !== 'string') return rendered;
    const status = statusIn(rendered);
    if (status === undefined) return integrationFailure(500);
    x.integrationStatus = status;
    return responses.respond(x, String(status), NOTHING, context, false);
  };
}

/** An object with an integer `statusCode`; text of a number is not enough. */
function statusIn(text: string): number | undefined {
  const value = parseLenientJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const status = (value as { readonly statusCode?: unknown }).statusCode;
  return typeof status === 'number' && Number.isInteger(status) ? status : undefined;
}
