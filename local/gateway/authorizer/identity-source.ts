import { type Exchange } from '../http/exchange';
import { ownValue } from '../../own-value';
import { contextGetter, stageVariableGetter } from '../mapping/context-variable';

export interface IdentitySource {
  /** As configured, for example `method.request.header.Authorization`. */
  readonly expression: string;
  /** Its values; it is missing when there are none, or only empty ones. */
  readonly read: (exchange: Exchange) => readonly string[];
}

const HEADER = 'method.request.header.';
const QUERY = 'method.request.querystring.';
const STAGE_VARIABLE = 'stageVariables.';
const CONTEXT = 'context.';

/**
 * Compiles `IdentitySource`: a comma-separated list. CDK writes an empty string for an authorizer without any,
 * which means none (AG §11).
 *
 * Header names are compared without regard to case (AG §4, unconfirmed).
 *
 * @returns null when an expression is not one that API Gateway accepts; path parameters are not
 */
export function compileIdentitySources(text: string | undefined): readonly IdentitySource[] | null {
  const sources: IdentitySource[] = [];
  for (const expression of (text ?? '').split(',').map((e) => e.trim())) {
    if (expression === '') continue;
    const read = compileOne(expression);
    if (!read) return null;
    sources.push({ expression, read });
  }
  return sources;
}

function compileOne(expression: string): IdentitySource['read'] | null {
  if (expression.startsWith(HEADER)) {
    const name = expression.slice(HEADER.length).toLowerCase();
    return (x) => x.headers.all(name);
  }
  if (expression.startsWith(QUERY)) {
    const name = expression.slice(QUERY.length);
    return (x) => ownValue(x.query?.multi, name) ?? [];
  }
  const getter = expression.startsWith(STAGE_VARIABLE)
    ? stageVariableGetter(expression.slice(STAGE_VARIABLE.length))
    : expression.startsWith(CONTEXT)
      ? contextGetter(expression.slice(CONTEXT.length))
      : null;
  if (!getter) return null;
  return (x) => {
    const value = getter(x);
    return value === undefined || value === null ? [] : [String(value)];
  };
}

/**
 * Cache key of a request: all values of all sources, in order.
 *
 * @returns null when a source is missing or empty: 401 without invocation, at any TTL (AG §4)
 */
export function identityOf(sources: readonly IdentitySource[], exchange: Exchange): string | null {
  let key = '';
  for (const { expression, read } of sources) {
    const values = read(exchange);
    if (values.length === 0 || values.every((v) => v === '')) {
      exchange.trace?.add('authorizer', `identity source ${expression} is missing: not invoked`);
      return null;
    }
    // Lengths keep ('a', 'b') and ('a,b') apart.
    for (const value of values) key += `${value.length}:${value},`;
    key += '|';
  }
  return key;
}
