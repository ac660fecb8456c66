import { type Exchange } from '../http/exchange';
import { textOf, valueOf } from '../velocity/value';
import { ownValue } from '../../own-value';
import { jsonPath } from './json-path';
import { isLiteral, simpleSource } from './simple-source';

/** The values that a mapping expression yields; empty when its source is absent. */
export type Source = (exchange: Exchange) => readonly string[];

export interface RequestMapping {
  readonly place: 'header' | 'path' | 'querystring';
  readonly name: string;
  readonly source: Source;
}

const TARGET =
  /^integration\.request\.(header|path|querystring|multivalueheader|multivaluequerystring)\.(.+)$/;

/**
 * Compiles `RequestParameters` of an integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function compileRequestMappings(
  parameters: Readonly<Record<string, string>>,
): readonly RequestMapping[] {
  return Object.entries(parameters).flatMap(([target, expression]) => {
    const hit = TARGET.exec(target);
    if (!hit) return [];
    const place = (hit[1] as string).replace('multivalue', '') as RequestMapping['place'];
    return [{ place, name: hit[2] as string, source: requestSource(expression) }];
  });
}

/** `method.request.body[.jsonpath]`, the multi-value forms, and everything that yields one value. */
function requestSource(expression: string): Source {
  const multiHeader = after(expression, 'method.request.multivalueheader.');
  if (multiHeader !== undefined) return (x) => x.headers.all(multiHeader.toLowerCase());
  const multiQuery = after(expression, 'method.request.multivaluequerystring.');
  if (multiQuery !== undefined) return (x) => ownValue(x.query?.multi, multiQuery) ?? [];
  if (expression === 'method.request.body') return (x) => [x.body.toString('utf8')];
  const bodyPath = after(expression, 'method.request.body.');
  if (bodyPath !== undefined) return (x) => fromJson(x.body.toString('utf8'), bodyPath);
  const getter = simpleSource(expression);
  return (x) => {
    const value = getter(x);
    return value === undefined || value === null ? [] : [String(value)];
  };
}

/** What a backend answered, as far as response mappings can refer to it. */
export interface BackendAnswer {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: () => string;
}

export interface ResponseSource {
  /** The value of a `'literal'`: known before any request. */
  readonly constant: string | undefined;
  read(exchange: Exchange, answer: BackendAnswer): readonly string[];
}

/** Compiles the right side of `method.response.header.X` in an integration response. */
export function responseSource(expression: string): ResponseSource {
  if (isLiteral(expression)) {
    const constant = expression.slice(1, -1);
    return { constant, read: () => [constant] };
  }
  return { constant: undefined, read: variableSource(expression) };
}

function variableSource(expression: string): ResponseSource['read'] {
  const multi = after(expression, 'integration.response.multivalueheader.');
  if (multi !== undefined) return (_x, answer) => headerValues(answer, multi);
  const header = after(expression, 'integration.response.header.');
  if (header !== undefined) return (_x, answer) => headerValues(answer, header).slice(-1);
  if (expression === 'integration.response.body') return (_x, answer) => [answer.text()];
  const path = after(expression, 'integration.response.body.');
  if (path !== undefined) return (_x, answer) => fromJson(answer.text(), path);
  const getter = simpleSource(expression);
  return (x) => {
    const value = getter(x);
    return value === undefined || value === null ? [] : [String(value)];
  };
}

function headerValues(answer: BackendAnswer, name: string): readonly string[] {
  const value = answer.headers[name.toLowerCase()];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function fromJson(text: string, path: string): readonly string[] {
  try {
    const found = jsonPath(`$.${path}`).read(valueOf(JSON.parse(text)));
    return found === undefined || found === null ? [] : [textOf(found)];
  } catch {
    return [];
  }
}

function after(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
