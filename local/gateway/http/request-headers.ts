import { type HeaderTexts } from './event-text';

/** One header name with all its values, in the order of arrival. */
export interface HeaderEntry {
  /** Spelling of the first occurrence. */
  readonly name: string;
  readonly values: string[];
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

const TRACE_ID = 'x-amzn-trace-id';

/** These arrive in this spelling however the client wrote them (AG §7.1). */
const CANONICAL = new Map([
  ['authorization', 'Authorization'],
  ['user-agent', 'User-Agent'],
]);

/** Where requests come from, as far as headers tell it. */
export interface Hop {
  readonly remoteAddress: string;
  readonly localPort: number;
}

/** The headers of a request but for its trace id, which are the same for most requests of a connection. */
export class ClientHeaders {
  /** Memory of `headerTexts`. */
  texts: HeaderTexts | undefined;
  private readonly entries = new Map<string, HeaderEntry>();

  /** @param raw names and values alternating, as `IncomingMessage.rawHeaders` has them */
  constructor(
    private readonly raw: readonly string[],
    readonly hop: Hop,
  ) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = raw[i] as string;
      const key = name.toLowerCase();
      if (!DROPPED_REQUEST_HEADERS.has(key) && key !== TRACE_ID)
        this.add(key, CANONICAL.get(key) ?? name, raw[i + 1] as string);
    }
    const before = this.entries.get('x-forwarded-for')?.values ?? [];
    this.set('X-Forwarded-For', [...before, hop.remoteAddress].join(', '));
    this.set('X-Forwarded-Port', String(hop.localPort));
    this.set('X-Forwarded-Proto', 'http');
  }

  /** Whether they are what comes of these. */
  areOf(raw: readonly string[]): boolean {
    return raw.length === this.raw.length && raw.every((text, i) => text === this.raw[i]);
  }

  get(lowerName: string): HeaderEntry | undefined {
    return this.entries.get(lowerName);
  }

  [Symbol.iterator](): IterableIterator<[string, HeaderEntry]> {
    return this.entries.entries();
  }

  private add(lowerName: string, name: string, value: string): void {
    const entry = this.entries.get(lowerName);
    if (entry) entry.values.push(value);
    else this.entries.set(lowerName, { name, values: [value] });
  }

  private set(name: string, value: string): void {
    this.entries.set(name.toLowerCase(), { name, values: [value] });
  }
}

/**
 * The headers that authorizers, mappings and integrations see, by lower-case name, with the spelling that the client
 * used: cleaned, with the gateway's own added.
 */
export class RequestHeaders {
  constructor(
    readonly client: ClientHeaders,
    private readonly traceId: string,
  ) {}

  /** The last value, which is the one that single-value maps show. */
  get(lowerName: string): string | undefined {
    return lowerName === TRACE_ID ? this.traceId : this.client.get(lowerName)?.values.at(-1);
  }

  all(lowerName: string): readonly string[] {
    return lowerName === TRACE_ID ? [this.traceId] : (this.client.get(lowerName)?.values ?? []);
  }

  *[Symbol.iterator](): IterableIterator<[string, HeaderEntry]> {
    yield* this.client;
    yield [TRACE_ID, { name: 'X-Amzn-Trace-Id', values: [this.traceId] }];
  }
}
