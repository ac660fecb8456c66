import { type Exchange, rawHeader } from '../http/exchange';
import { integrationFailure, type Outcome, type Refusal } from '../http/outcome';
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
    // The template for JSON applies to requests that name no content type.
    const isConstant =
      constant !== undefined && rawHeader(x.incoming.rawHeaders, 'content-type') === undefined;
    if (isConstant && ready) return { kind: 'reply', lane: 'INTEGRATION', ...ready };
    const context = new TemplateContext(x);
    const status = isConstant ? constant : renderedStatus(x, requests, context);
    if (typeof status !== 'number') return status;
    x.integrationStatus = status;
    return responses.respond(x, String(status), NOTHING, context, false);
  };
}

function renderedStatus(x: Exchange, requests: RequestTemplates, context: TemplateContext): number | Refusal {
  try {
    const rendered = requests.render(x, context);
    if (typeof rendered !== 'string') return rendered;
    return (
      statusIn(rendered) ?? integrationFailure(500, `no integer statusCode in ${rendered.slice(0, 200)}`)
    );
  } catch (error) {
    return integrationFailure(500, `request template: ${(error as Error).message}`);
  }
}

/** An object with an integer `statusCode`; text of a number is not enough. */
function statusIn(text: string): number | undefined {
  const value = parseLenientJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const status = (value as { readonly statusCode?: unknown }).statusCode;
  return typeof status === 'number' && Number.isInteger(status) ? status : undefined;
}
