import { type Exchange } from '../http/exchange';
import { compileVelocity } from '../velocity/template';
import { mapOf } from '../velocity/value';
import { type TemplateContext } from './template-context';
import { TemplateInput } from './template-input';
import { TEMPLATE_UTIL } from './template-util';

/** A mapping template, parsed once. */
export interface MappingTemplate {
  /** The output, when it does not depend on the request. */
  readonly constant: string | undefined;
  /**
   * @param payload what `$input` reads: the request body, or the backend's answer
   * @throws whatever makes AWS answer 500: unparsable JSON, unknown macros, too many iterations
   */
  render(exchange: Exchange, payload: string, context: TemplateContext): string;
}

/** @throws TemplateError when the template cannot be parsed */
export function compileMappingTemplate(text: string): MappingTemplate {
  const trimmed = text.trim();
  if (!/[$#\\]/.test(trimmed)) return { constant: trimmed, render: () => trimmed };
  const render = compileVelocity(trimmed);
  return {
    constant: undefined,
    render: (exchange, payload, context) =>
      render({
        input: new TemplateInput(exchange, payload),
        util: TEMPLATE_UTIL,
        context: context.map,
        stageVariables: mapOf(exchange.stageVariables),
      }),
  };
}

/** `type/subtype` of a Content-Type or Accept header, in lower case. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  const type = header?.split(/[,;]/, 1)[0]?.trim().toLowerCase();
  return type === '' ? undefined : type;
}
