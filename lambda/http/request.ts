import type { APIGatewayProxyEvent } from 'aws-lambda';

type Headers = Pick<APIGatewayProxyEvent, 'headers'>;

/** Value of a header; API Gateway passes names on as the client wrote them. */
export function headerOf({ headers }: Headers, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([candidate]) => candidate.toLowerCase() === name);
  return entry?.[1];
}

/**
 * Whether the caller would rather have a page than JSON: browsers name HTML, programs do not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.accept
 */
export function wantsPage(event: Headers): boolean {
  const ranges = (headerOf(event, 'accept') ?? '').toLowerCase().split(',');
  const weight = (type: string): number => {
    const range = ranges.map((text) => text.split(';')).find(([name]) => name!.trim() === type);
    if (range === undefined) return 0;
    const q = range.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
    return q === undefined ? 1 : Number(q);
  };
  return weight('text/html') > Math.max(weight('application/json'), weight('application/problem+json'));
}

/**
 * Whether nobody has asked for the answer yet: a browser that fetches ahead, a program that only looks. What happens
 * once must not happen for them.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Purpose
 */
export function isLookAhead(event: Headers & Pick<APIGatewayProxyEvent, 'httpMethod'>): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map(
    (name) => headerOf(event, name) ?? '',
  );
  return (
    event.httpMethod === 'HEAD' || purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose))
  );
}
