import { type Exchange } from '../http/exchange';
import { ownValue } from '../../own-value';
import { contextGetter, type Getter, stageVariableGetter } from './context-variable';

/** A template cut into literal text and getters. */
export interface Template {
  /** @param absent what a variable without a value prints */
  render(exchange: Exchange, absent?: string): string;
}

const VARIABLE =
  /\$(?:context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)|stageVariables\.([A-Za-z0-9_]+)|method\.request\.(header|path|querystring)\.([A-Za-z0-9_-]+))/g;

/**
 * Simple substitution as gateway responses and access logs have it: no directives, no functions, no escaping
 * (AG §2.2, §9).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function compileTemplate(text: string, accessLog = false): Template {
  const parts: (string | Getter)[] = [];
  let end = 0;
  for (const hit of text.matchAll(VARIABLE)) {
    if (hit.index > end) parts.push(text.slice(end, hit.index));
    parts.push(getterOf(hit, accessLog));
    end = hit.index + hit[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return {
    render(exchange, absent = ''): string {
      let out = '';
      for (const part of parts) out += typeof part === 'string' ? part : String(part(exchange) ?? absent);
      return out;
    },
  };
}

function getterOf(hit: RegExpMatchArray, accessLog: boolean): Getter {
  const [, context, stageVariable, place, name] = hit;
  if (context !== undefined) return contextGetter(context, accessLog);
  if (stageVariable !== undefined) return stageVariableGetter(stageVariable);
  return methodRequestGetter(place as 'header' | 'path' | 'querystring', name as string);
}

/** `method.request.{header,path,querystring}.NAME` */
export function methodRequestGetter(place: 'header' | 'path' | 'querystring', name: string): Getter {
  if (place === 'header') {
    const lower = name.toLowerCase();
    return (x) => x.headers.get(lower);
  }
  return place === 'path' ? (x) => ownValue(x.pathParameters, name) : (x) => ownValue(x.query?.single, name);
}
