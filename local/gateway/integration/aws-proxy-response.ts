import { type BinaryMediaTypes } from './binary-media-types';
import { responseHeaderName } from './remapped-headers';

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string | Uint8Array;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'statusCode',
  'headers',
  'multiValueHeaders',
  'body',
  'isBase64Encoded',
]);

/**
 * Reads the JSON text that a proxied function returned (AG §7.1). Every member is optional, no other is allowed.
 *
 * @param accept the request's `Accept`: decides whether base64 is decoded, not the answer's content type (AG §7.5)
 * @returns null when it is malformed (502); `'bad-base64'` when a body to be decoded is not base64 (500)
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export function readProxyAnswer(
  payload: string,
  binary: BinaryMediaTypes,
  accept: string | undefined,
): ProxyAnswer | null | 'bad-base64' {
  let raw: unknown;
  try {
    raw = JSON.parse(payload);
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const answer = raw as Record<string, unknown>;
  for (const member in answer) if (!MEMBERS.has(member)) return null;
  const status = statusOf(answer['statusCode']);
  const headers = headersOf(answer['headers'], answer['multiValueHeaders']);
  const body = answer['body'] ?? '';
  if (status === null || headers === null || typeof body !== 'string') return null;
  if (answer['isBase64Encoded'] !== true || !binary.match(accept)) return { status, headers, body };
  return isBase64(body) ? { status, headers, body: Buffer.from(body, 'base64') } : 'bad-base64';
}

/** A number, or text of one. Informational and impossible codes cannot be sent. */
export function statusOf(value: unknown): number | null {
  if (value === undefined || value === null) return 200;
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null;
  const status = Number(value);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : null;
}

/** Both maps merge: multi-value first, under its spelling; a value that is in both appears once. */
export function headersOf(single: unknown, multi: unknown): string[] | null {
  if (!isOptionalMap(single) || !isOptionalMap(multi)) return null;
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [name, list] of Object.entries(multi ?? {})) {
    if (!Array.isArray(list)) return null;
    for (const value of list as unknown[]) if (!add(merged, name, value, true)) return null;
  }
  for (const [name, value] of Object.entries(single ?? {})) if (!add(merged, name, value, false)) return null;
  const headers: string[] = [];
  let hasContentType = false;
  for (const [lower, { name, values }] of merged) {
    const sent = responseHeaderName(name, 'proxy');
    if (sent === undefined) continue;
    hasContentType ||= lower === 'content-type';
    for (const value of values) headers.push(sent, value);
  }
  if (!hasContentType) headers.push('Content-Type', 'application/json');
  return headers;
}

/**
 * Strings and booleans are recorded; numbers are unconfirmed and taken as text; null is left out.
 *
 * @param isRepeatable whether a value that is there already counts again: a list may repeat its own
 */
function add(
  merged: Map<string, { name: string; values: string[] }>,
  name: string,
  value: unknown,
  isRepeatable: boolean,
): boolean {
  if (value === null) return true;
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') return false;
  const entry = merged.get(name.toLowerCase());
  const text = String(value);
  if (!entry) merged.set(name.toLowerCase(), { name, values: [text] });
  else if (isRepeatable || !entry.values.includes(text)) entry.values.push(text);
  return true;
}

function isOptionalMap(value: unknown): value is Record<string, unknown> | null | undefined {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

function isBase64(text: string): boolean {
  // No two parts of the expression take the same character: long runs of line ends would be tried in every way.
  return /^[A-Za-z0-9+/\r\n]*={0,2}$/.test(text.trimEnd()) && text.replace(/\s/g, '').length % 4 === 0;
}
