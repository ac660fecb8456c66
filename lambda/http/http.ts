import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/** A refusal in the form of RFC 9457. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    /** Seconds after which the same request may succeed; absent: nobody knows. */
    readonly retryAfter?: number,
  ) {
    super(detail);
  }
}

export function json(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: { 'Content-Type': 'application/json', ...PRIVATE, ...headers },
    body: JSON.stringify(body),
  };
}

export function noContent(): APIGatewayProxyResult {
  return { statusCode: 204, headers: { ...PRIVATE }, body: '' };
}

export function problem({ status, title, message, retryAfter }: HttpProblem): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...PRIVATE,
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
    body: JSON.stringify({ type: 'about:blank', title, status, detail: message }),
  };
}

/** What an account reads of itself is nobody else's, and a key is shown once. */
const PRIVATE = {
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': '*',
  // Of these only the safelisted ones are a browser's script's to read by itself.
  'Access-Control-Expose-Headers': 'RateLimit,RateLimit-Policy,Retry-After',
} as const;

/** Largest body that is looked at, bytes. */
const MAX_BODY = 10_000;

/** @throws HttpProblem 400 or 413 */
export function readJsonObject(
  event: Pick<APIGatewayProxyEvent, 'body' | 'isBase64Encoded'>,
): Record<string, unknown> {
  const body = event.body ?? '';
  const text = event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (text.length > MAX_BODY) {
    throw new HttpProblem(413, 'Content too large', `the body must be at most ${MAX_BODY} bytes`);
  }
  if (text.trim() === '') return {};
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpProblem(400, 'Bad request', 'the body must be a JSON object');
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws HttpProblem 400 naming members that nobody reads: a typing error would be a wish that is not granted */
export function refuseUnknown(body: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new HttpProblem(
    400,
    'Bad request',
    `the body has unknown members ${unknown.join(', ')}; known are ${known.join(', ')}`,
  );
}
