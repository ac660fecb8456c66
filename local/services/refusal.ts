import { type IncomingMessage } from 'node:http';

export const NOT_IMITATED = 'NotImitatedLocally';

/** Which service and operation a signed request is for, as far as its headers tell. */
export function operationName({ headers, method, url }: IncomingMessage): string {
  const [, service = 'this service'] = /\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  const target = headers['x-amz-target'];
  return `${service} (${typeof target === 'string' ? target : `${method} ${url}`})`;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * The answer to a call that is not imitated: an error that says so. Without it, a function that calls such a service
 * would send its data, under dummy credentials, to AWS itself.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function refusal(request: IncomingMessage): Answer {
  const message = `the local engine does not imitate ${operationName(request)}`;
  const isJson = 'x-amz-target' in request.headers || /json/.test(request.headers['content-type'] ?? '');
  return {
    // Not 500, 502, 503 or 504, which clients would try again.
    status: 501,
    headers: {
      'Content-Type': isJson ? 'application/json' : 'application/xml',
      'x-amzn-ErrorType': NOT_IMITATED,
    },
    body: isJson
      ? JSON.stringify({ __type: NOT_IMITATED, message })
      : `<ErrorResponse><Error><Code>${NOT_IMITATED}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  };
}
