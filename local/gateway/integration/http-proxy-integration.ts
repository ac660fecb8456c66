import { type Exchange } from '../http/exchange';
import { integrationFailure, type Outcome, refuse } from '../http/outcome';
import { type RequestMapping } from '../mapping/parameter-mapping';
import { callBackend, readAnswer, type UnreadAnswer } from './http-client';
import { applyMappings, compileUri, emptyParts, headerList, type RequestParts } from './http-request';
import { responseHeaderName } from './remapped-headers';

export interface HttpSettings {
  readonly uri: string;
  /** Sent whatever the client used; the client's own for `ANY`. */
  readonly httpMethod: string;
  readonly timeoutMs: number;
  readonly mappings: readonly RequestMapping[];
}

/** Not handed on to the backend (AG §7.2). */
const WITHHELD: ReadonlySet<string> = new Set(['host', 'content-encoding', 'via']);

/** HTTP proxy integration (AG §7.2). @param isStreaming `ResponseTransferMode: STREAM` (AG §7.9) */
export function httpProxyIntegration(
  settings: HttpSettings,
  isStreaming: boolean,
): (x: Exchange) => Promise<Outcome> {
  const uriOf = compileUri(settings.uri);
  return async (x) => {
    const parts = clientParts(x);
    applyMappings(x, settings.mappings, parts);
    const result = await callBackend({
      method: settings.httpMethod === 'ANY' ? x.verb : settings.httpMethod,
      url: uriOf(x, parts),
      headers: headerList(parts),
      body: x.body,
      timeoutMs: settings.timeoutMs,
      ...(isStreaming && { headTimeoutMs: x.api.streamIdleMs }),
    });
    if (result.kind !== 'answer')
      return backendFailure(result.kind, 'detail' in result ? result.detail : undefined);
    const { message } = result;
    const status = message.statusCode ?? 502;
    x.integrationStatus = status;
    const headers = proxiedHeaders(message.rawHeaders);
    if (isStreaming) return { kind: 'reply', status, headers, body: message, lane: 'INTEGRATION' };
    const body = await readAnswer(message);
    if (typeof body === 'string') return backendFailure(body);
    return { kind: 'reply', status, headers, body, lane: 'INTEGRATION' };
  };
}

/** Everything the client sent, with the gateway's own identification. */
function clientParts(x: Exchange): RequestParts {
  const parts = emptyParts();
  for (const [lower, { name, values }] of x.headers)
    if (!WITHHELD.has(lower)) parts.headers.set(lower, [name, values]);
  parts.headers.set('x-amzn-apigateway-api-id', ['X-Amzn-Apigateway-Api-Id', [x.api.apiId]]);
  for (const [name, values] of Object.entries(x.query?.multi ?? {})) parts.query.set(name, values);
  return parts;
}

export function backendFailure(kind: UnreadAnswer, detail = 'the answer broke off'): Outcome {
  if (kind === 'too-large') return integrationFailure(500, 'the answer of the backend is longer than 10 MB');
  return kind === 'timeout'
    ? refuse('INTEGRATION_TIMEOUT', 'Endpoint request timed out')
    : integrationFailure(504, detail, 'Network error communicating with endpoint');
}

function proxiedHeaders(raw: readonly string[]): string[] {
  const headers: string[] = [];
  let hasContentType = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    const sent = responseHeaderName(name, 'proxy');
    if (sent === undefined || name.toLowerCase() === 'via') continue;
    hasContentType ||= name.toLowerCase() === 'content-type';
    headers.push(sent, raw[i + 1] as string);
  }
  if (!hasContentType) headers.push('Content-Type', 'application/json');
  return headers;
}
