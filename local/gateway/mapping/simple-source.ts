import { contextGetter, type Getter, stageVariableGetter } from './context-variable';
import { methodRequestGetter } from './substitution';

const METHOD_REQUEST = /^method\.request\.(header|path|querystring)\.(.+)$/;

/**
 * Compiles a mapping expression that yields one value: `'literal'`, `method.request.{header,path,querystring}.X`,
 * `context.X` or `stageVariables.X`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function simpleSource(expression: string): Getter {
  if (isLiteral(expression)) {
    const text = expression.slice(1, -1);
    return () => text;
  }
  const request = METHOD_REQUEST.exec(expression);
  if (request)
    return methodRequestGetter(request[1] as 'header' | 'path' | 'querystring', request[2] as string);
  if (expression.startsWith('context.')) return contextGetter(expression.slice('context.'.length));
  if (expression.startsWith('stageVariables.'))
    return stageVariableGetter(expression.slice('stageVariables.'.length));
  return () => undefined;
}

export function isLiteral(expression: string): boolean {
  return expression.length >= 2 && expression.startsWith("'") && expression.endsWith("'");
}
