/** One header name with all its values, in the order of arrival. */
export interface HeaderEntry {
  /** Spelling of the first occurrence. */
  readonly name: string;
  readonly values: string[];
}

/** Request headers, by lower-case name, with the spelling that the client used. */
export class RequestHeaders {
  private readonly entries = new Map<string, HeaderEntry>();

  /** @param lowerName of `name` */
  add(lowerName: string, name: string, value: string): void {
    const entry = this.entries.get(lowerName);
    if (entry) entry.values.push(value);
    else this.entries.set(lowerName, { name, values: [value] });
  }

  /** The last value, which is the one that single-value maps show. */
  get(lowerName: string): string | undefined {
    return this.entries.get(lowerName)?.values.at(-1);
  }

  all(lowerName: string): readonly string[] {
    return this.entries.get(lowerName)?.values ?? [];
  }

  /** @param lowerName of `name` */
  set(lowerName: string, name: string, value: string): void {
    this.entries.set(lowerName, { name, values: [value] });
  }

  values(): IterableIterator<HeaderEntry> {
    return this.entries.values();
  }

  [Symbol.iterator](): IterableIterator<[string, HeaderEntry]> {
    return this.entries.entries();
  }
}

/**
 * Never handed on, not even to proxy integrations (AG §7.1).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export const DROPPED_REQUEST_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'transfer-encoding',
  'trailer',
  'upgrade',
  'www-authenticate',
]);

/** These arrive in this spelling however the client wrote them (AG §7.1). */
const CANONICAL = new Map([
  ['authorization', 'Authorization'],
  ['user-agent', 'User-Agent'],
]);

/** Where the request came from, as far as headers tell it. */
export interface Hop {
  readonly clientIp: string;
  readonly port: number;
  readonly traceId: string;
}

/**
 * The headers that authorizers, mappings and integrations see: cleaned, with the gateway's own added.
 *
 * @param raw names and values alternating, as `IncomingMessage.rawHeaders` has them
 */
export function forwardedHeaders(raw: readonly string[], hop: Hop): RequestHeaders {
  const headers = new RequestHeaders();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    const key = name.toLowerCase();
    if (!DROPPED_REQUEST_HEADERS.has(key)) headers.add(key, CANONICAL.get(key) ?? name, raw[i + 1] as string);
  }
  const before = headers.all('x-forwarded-for');
  headers.set('x-amzn-trace-id', 'X-Amzn-Trace-Id', hop.traceId);
  headers.set('x-forwarded-for', 'X-Forwarded-For', [...before, hop.clientIp].join(', '));
  headers.set('x-forwarded-port', 'X-Forwarded-Port', String(hop.port));
  headers.set('x-forwarded-proto', 'X-Forwarded-Proto', 'http');
  return headers;
}
