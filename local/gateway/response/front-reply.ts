import { MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES } from '../http/limits';
import { type Reply } from '../http/outcome';

/** An answer that no gateway response type governs (AG §2). */
export function frontReply(status: number, message: string, errorType: string): Reply {
  return {
    kind: 'reply',
    status,
    headers: ['x-amzn-ErrorType', errorType, 'Content-Type', 'application/json'],
    body: `{"message":${JSON.stringify(message)}}`,
    lane: 'NONE',
  };
}

export function badRequest(): Reply {
  return frontReply(400, 'Bad Request', 'BadRequestException');
}

export function uriTooLong(): Reply {
  return frontReply(414, 'Request URI too long', 'RequestUriTooLongException');
}

/** @returns null when they are not */
export function headersTooLarge(rawHeaders: readonly string[]): Reply | null {
  let bytes = 0;
  for (const text of rawHeaders) bytes += text.length;
  return bytes > MAX_HEADER_BYTES
    ? plainReply(431, `HTTP header is larger than ${MAX_HEADER_BYTES} bytes.`, 'NONE')
    : null;
}

export function payloadTooLarge(): Reply {
  return plainReply(413, `HTTP content length exceeded ${MAX_PAYLOAD_BYTES} bytes.`, 'REQUEST_TOO_LARGE');
}

/** Plain text, without any of the service's headers: customising this one is not supported on AWS either (AG §2). */
function plainReply(status: number, body: string, lane: string): Reply {
  return {
    kind: 'reply',
    status,
    headers: ['Content-Type', 'text; charset=utf-8'],
    body,
    lane,
    isBare: true,
  };
}
