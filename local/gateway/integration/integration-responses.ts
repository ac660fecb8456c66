import { bagsOf, type Properties, stringOf, textMapOf } from '../compile/l1';
import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse } from '../http/outcome';
import { compileMappingTemplate, type MappingTemplate, mediaTypeOf } from '../mapping/mapping-template';
import { type BackendAnswer, responseSource, type ResponseSource } from '../mapping/parameter-mapping';
import { type TemplateContext } from '../mapping/template-context';
import { responseHeaderName } from './remapped-headers';

interface Mapped {
  readonly statusCode: number;
  readonly pattern: RegExp | null;
  readonly templates: ReadonlyMap<string, MappingTemplate>;
  readonly headers: readonly { readonly name: string; readonly source: ResponseSource }[];
  readonly contentHandling: string | undefined;
}

/** A backend's answer on its way through a non-proxy integration. */
export interface Answer extends BackendAnswer {
  readonly body: Uint8Array;
}

/** Integration responses of a non-proxy integration: choice, header mappings, template, overrides (AG §7.3). */
export class IntegrationResponses {
  private readonly all: readonly Mapped[];

  /** @throws SyntaxError, TemplateError when a pattern or template cannot be parsed */
  constructor(integration: Properties) {
    this.all = bagsOf(integration, 'IntegrationResponses').map(compile);
  }

  /**
   * Among the patterns that match the whole text, the one whose own status equals it wins; the response without a
   * pattern is the default.
   *
   * @param selector the backend's status, or a function's error message
   */
  private select(selector: string | undefined): Mapped | undefined {
    if (selector !== undefined) {
      const matches = this.all.filter((r) => r.pattern?.test(selector));
      const best = matches.find((r) => String(r.statusCode) === selector) ?? matches[0];
      if (best) return best;
    }
    return this.all.find((r) => r.pattern === null);
  }

  respond(
    exchange: Exchange,
    selector: string | undefined,
    answer: Answer,
    context: TemplateContext,
    trace: boolean,
  ): Outcome {
    const chosen = this.select(selector);
    if (!chosen) return unmatched(selector);
    const template = pickTemplate(chosen, exchange);
    exchange.trace?.add('response mapping', chosenText(chosen, selector, template !== undefined));
    let body: string | Uint8Array;
    try {
      body = template ? template.render(exchange, answer.text(), context) : convert(exchange, answer, chosen);
    } catch (error) {
      return integrationFailure(500, `response template: ${(error as Error).message}`);
    }
    const headers = new Map<string, readonly [string, readonly string[]]>();
    const put = (name: string, values: readonly string[]): void => {
      const sent = responseHeaderName(name, 'non-proxy');
      if (sent !== undefined) headers.set(sent.toLowerCase(), [sent, values]);
    };
    put('Content-Type', ['application/json']);
    for (const { name, source } of chosen.headers) {
      const values = source.read(exchange, answer);
      if (values.length > 0) put(name, values);
    }
    for (const [name, value] of context.responseHeaders) put(name, [value]);
    if (trace) headers.set('x-amzn-trace-id', ['X-Amzn-Trace-Id', [exchange.responseTraceId]]);
    return {
      kind: 'reply',
      status: context.responseStatus ?? chosen.statusCode,
      headers: [...headers.values()].flatMap(([name, values]) => values.flatMap((v) => [name, v])),
      body,
      lane: 'INTEGRATION',
    };
  }

  /** Reply that is the same for every request with this status, when nothing in it depends on the request. */
  constantReply(
    selector: string,
  ): { readonly status: number; readonly headers: string[]; readonly body: string } | null {
    const chosen = this.select(selector);
    if (!chosen || chosen.templates.size > 1) return null;
    const [template] = chosen.templates.values();
    if (template && template.constant === undefined) return null;
    if (
      chosen.headers.some((h) => h.source.constant === undefined || h.name.toLowerCase() === 'content-type')
    )
      return null;
    return {
      status: chosen.statusCode,
      headers: [
        'Content-Type',
        'application/json',
        ...chosen.headers.flatMap(({ name, source }) => {
          const sent = responseHeaderName(name, 'non-proxy');
          return sent === undefined ? [] : [sent, source.constant as string];
        }),
      ],
      body: template?.constant ?? '',
    };
  }
}

function chosenText(
  { statusCode, pattern }: Mapped,
  selector: string | undefined,
  hasTemplate: boolean,
): string {
  const why = pattern ? `${selector} matches ${pattern.source}` : 'the default response';
  return `${statusCode}, ${why}, ${hasTemplate ? 'with a template' : 'the body as it is'}`;
}

function unmatched(selector: string | undefined): Outcome {
  const detail = `no integration response matches ${selector ?? 'the answer'} and there is no default`;
  return refuse('API_CONFIGURATION_ERROR', 'Internal server error', { detail });
}

function compile(bag: Properties): Mapped {
  const pattern = stringOf(bag, 'SelectionPattern');
  return {
    statusCode: Number(stringOf(bag, 'StatusCode') ?? 200),
    pattern: pattern ? new RegExp(`^(?:${pattern})$`) : null,
    templates: new Map(
      Object.entries(textMapOf(bag, 'ResponseTemplates') ?? {})
        .filter(([, text]) => text !== '')
        .map(([type, text]) => [type.toLowerCase(), compileMappingTemplate(text)]),
    ),
    headers: Object.entries(textMapOf(bag, 'ResponseParameters') ?? {})
      .filter(([target]) => target.startsWith('method.response.header.'))
      .map(([target, expression]) => ({
        name: target.slice('method.response.header.'.length),
        source: responseSource(expression),
      })),
    contentHandling: stringOf(bag, 'ContentHandling'),
  };
}

/** By `Accept`, default `application/json`, else the first. */
function pickTemplate({ templates }: Mapped, exchange: Exchange): MappingTemplate | undefined {
  if (templates.size <= 1) return templates.values().next().value;
  const accept = mediaTypeOf(exchange.headers.get('accept')) ?? 'application/json';
  return templates.get(accept) ?? templates.get('application/json') ?? templates.values().next().value;
}

/**
 * Text and binary bodies that no template touches.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
function convert(exchange: Exchange, answer: Answer, { contentHandling }: Mapped): string | Uint8Array {
  const { binaryMediaTypes } = exchange.api;
  const type = answer.headers['content-type'];
  const isBinary = binaryMediaTypes.match(typeof type === 'string' ? type : type?.at(-1));
  const wantsBinary =
    contentHandling === 'CONVERT_TO_BINARY' ||
    (contentHandling === undefined && binaryMediaTypes.match(exchange.headers.get('accept')));
  if (isBinary) return wantsBinary ? answer.body : Buffer.from(answer.body).toString('base64');
  return wantsBinary ? Buffer.from(answer.text(), 'base64') : answer.body;
}
