/** A request target split into what routing needs. */
export interface RequestTarget {
  readonly stage: string;
  /** Path after the stage; slashes repeated right after the stage are collapsed (AG §6). */
  readonly path: string;
  /** With the stage, as sent, without the slashes repeated before the stage. */
  readonly requestPath: string;
  readonly query: string;
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/;

/**
 * @param url request target in origin or absolute form
 * @returns null when it is no valid target: a broken percent-encoding, or a bare `|` in the query (AG §6)
 */
export function parseTarget(url: string): RequestTarget | null {
  const target = withoutFragment(url.startsWith('/') ? url : url.replace(ORIGIN, ''));
  if (target.includes('%') && BAD_ESCAPE.test(target)) return null;
  const mark = target.indexOf('?');
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (query.includes('|')) return null;
  const whole = mark < 0 ? target : target.slice(0, mark);
  const requestPath = whole.startsWith('//') ? whole.replace(/^\/+/, '/') : whole;
  const end = requestPath.indexOf('/', 1);
  const stage = requestPath.slice(1, end < 0 ? undefined : end);
  const rest = end < 0 ? '/' : requestPath.slice(end);
  const path = rest.startsWith('//') ? rest.replace(/^\/+/, '/') : rest;
  return { stage, path, requestPath, query };
}

function withoutFragment(target: string): string {
  const hash = target.indexOf('#');
  return hash < 0 ? target : target.slice(0, hash);
}
