/**
 * Headers that a backend or mapping may not send under their own name (AG §7.4).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const PROXY: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'server',
  'www-authenticate',
]);
const NON_PROXY: ReadonlySet<string> = new Set([
  ...PROXY,
  'authorization',
  'content-md5',
  'expect',
  'host',
  'max-forwards',
  'proxy-authenticate',
  'trailer',
  'upgrade',
  'user-agent',
]);

/**
 * Of the framing headers nothing is left when an answer has been read whole: neither chunks nor trailers follow.
 *
 * @returns the name to send, or undefined when the header is dropped
 */
export function responseHeaderName(name: string, kind: 'proxy' | 'non-proxy'): string | undefined {
  const lower = name.toLowerCase();
  if (lower === 'transfer-encoding' || (lower === 'trailer' && kind === 'proxy')) return undefined;
  if (lower === 'x-amzn-requestid') return `x-amzn-remapped-${lower}`;
  return (kind === 'proxy' ? PROXY : NON_PROXY).has(lower) ? `x-amzn-Remapped-${name}` : name;
}

const ALWAYS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'x-amzn-trace-id',
  'x-amzn-apigateway-api-id',
]);
const AWS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'expect',
  'proxy-authenticate',
  'te',
]);

/** Request header mappings that make every call of the method a 500, also where mappings are ignored (AG §7.4). */
export function isForbiddenRequestHeader(name: string, integrationType: string): boolean {
  const lower = name.toLowerCase();
  return ALWAYS.has(lower) || (integrationType.startsWith('AWS') && AWS.has(lower));
}
