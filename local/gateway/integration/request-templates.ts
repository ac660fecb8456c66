import { type Exchange } from '../http/exchange';
import { type Refusal, refuse } from '../http/outcome';
import { compileMappingTemplate, type MappingTemplate, mediaTypeOf } from '../mapping/mapping-template';
import { type TemplateContext } from '../mapping/template-context';
import { shortened } from '../trace';

export type Passthrough = 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';

/** The request templates of a non-proxy integration, with what happens when none fits (AG §7.3). */
export class RequestTemplates {
  private readonly byType: ReadonlyMap<string, MappingTemplate>;

  /** @throws TemplateError when a template cannot be parsed */
  constructor(
    templates: Readonly<Record<string, string>>,
    private readonly passthrough: Passthrough,
    private readonly contentHandling: string | undefined = undefined,
  ) {
    this.byType = new Map(
      Object.entries(templates).map(([type, text]) => [type.toLowerCase(), compileMappingTemplate(text)]),
    );
  }

  /** The single constant that every request without a content type of its own yields, if there is one. */
  get constant(): string | undefined {
    return this.byType.size === 1 ? this.byType.get('application/json')?.constant : undefined;
  }

  /**
   * The template for this request, null for the body as it is, or a refusal (415).
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
   */
  pick(exchange: Exchange): MappingTemplate | Refusal | null {
    const type = mediaTypeOf(exchange.headers.get('content-type')) ?? 'application/json';
    const template = this.byType.get(type);
    if (template) return template;
    if (this.passthrough === 'WHEN_NO_MATCH') return null;
    if (this.passthrough === 'WHEN_NO_TEMPLATES' && this.byType.size === 0) return null;
    return refuse('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type');
  }

  /**
   * The body of the request in the form that templates see, and that goes on where there is none: bytes may become
   * base64, or the other way round.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
   */
  payload({ api, body, headers }: Exchange): Buffer {
    if (this.contentHandling === undefined || body.length === 0) return body;
    const isBinary = api.binaryMediaTypes.match(headers.get('content-type'));
    if (this.contentHandling === 'CONVERT_TO_TEXT')
      return isBinary ? Buffer.from(body.toString('base64')) : body;
    return isBinary ? body : Buffer.from(body.toString('latin1'), 'base64');
  }

  /** @throws what the template throws */
  render(exchange: Exchange, context: TemplateContext): string | Refusal {
    const template = this.pick(exchange);
    const payload = this.payload(exchange).toString('utf8');
    if (template === null) {
      exchange.trace?.add('request mapping', 'no template: the body as it is');
      return payload;
    }
    if ('kind' in template) return template;
    const rendered = template.render(exchange, payload, context);
    exchange.trace?.add('request mapping', `template makes ${shortened(rendered)}`);
    return rendered;
  }
}
