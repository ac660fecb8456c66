import { type Exchange } from '../http/exchange';
import { type RequestMapping } from '../mapping/parameter-mapping';
import { type TemplateContext } from '../mapping/template-context';
import { textOf } from '../velocity/value';
import { withStageVariables } from './lambda-uri';

/** The parts of a backend request that mappings and overrides fill, keyed for replacement. */
export interface RequestParts {
  readonly headers: Map<string, readonly [string, readonly string[]]>;
  readonly query: Map<string, readonly string[]>;
  readonly path: Map<string, string>;
}

export function emptyParts(): RequestParts {
  return { headers: new Map(), query: new Map(), path: new Map() };
}

/** A source without a value maps nothing; a literal maps even when it is empty. */
export function applyMappings(
  exchange: Exchange,
  mappings: readonly RequestMapping[],
  parts: RequestParts,
): void {
  for (const { place, name, source } of mappings) {
    const values = source(exchange);
    if (values.length === 0) continue;
    if (place === 'header') parts.headers.set(name.toLowerCase(), [name, values]);
    else if (place === 'querystring') parts.query.set(name, values);
    else parts.path.set(name, values[0] as string);
  }
}

/** `$context.requestOverride.*` set by the request template wins over mappings. */
export function applyOverrides(context: TemplateContext, parts: RequestParts): void {
  for (const [name, value] of context.requestOverrides('header'))
    parts.headers.set(name.toLowerCase(), [name, [textOf(value)]]);
  for (const [name, value] of context.requestOverrides('querystring')) parts.query.set(name, [textOf(value)]);
  for (const [name, value] of context.requestOverrides('path')) parts.path.set(name, textOf(value));
}

const PLACEHOLDER = /\{([A-Za-z0-9_.-]+)\}/g;

/** Compiles an integration URI with `{name}` and `${stageVariables.x}` in it. */
export function compileUri(uri: string): (exchange: Exchange, parts: RequestParts) => string {
  const render = withStageVariables(uri);
  return (exchange, parts) => {
    const filled = render(exchange).replace(PLACEHOLDER, (all, name: string) => parts.path.get(name) ?? all);
    if (parts.query.size === 0) return filled;
    const pairs = [...parts.query].flatMap(([name, values]) =>
      values.map((v) => `${encodeURIComponent(name)}=${encodeURIComponent(v)}`),
    );
    return `${filled}${filled.includes('?') ? '&' : '?'}${pairs.join('&')}`;
  };
}

export function headerList(parts: RequestParts): string[] {
  return [...parts.headers.values()].flatMap(([name, values]) => values.flatMap((v) => [name, v]));
}
