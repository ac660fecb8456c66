import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { type Exchange } from './exchange';
import { type Reply } from './outcome';
import { StreamLimits } from './stream-limits';

/**
 * Writes a reply, with the headers that every answer has (AG §7.4).
 *
 * @throws when the status, a header name or a header value cannot be sent; nothing has left by then
 */
export function send(response: ServerResponse, exchange: Exchange, reply: Reply): void {
  const { body } = reply;
  // Only an interim answer may have such a status: the client would go on waiting for the final one.
  if (reply.status < 200) throw new RangeError(`status ${reply.status} is not one of an answer`);
  const headers = reply.isBare
    ? [...reply.headers]
    : [
        'x-amzn-RequestId',
        exchange.requestId,
        'x-amz-apigw-id',
        exchange.extendedRequestId,
        ...reply.headers,
      ];
  exchange.status = reply.status;
  // Node takes back the body for good before it looks at the headers: no other answer could follow.
  if (isBodiless(reply.status)) validate(headers);
  if (isReadable(body)) {
    response.writeHead(reply.status, headers);
    // A client of events may have to wait long for the first one: that it is connected it learns at once.
    response.flushHeaders();
    stream(body, response, exchange);
    return;
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  exchange.responseLength = length;
  if (!isBodiless(reply.status)) headers.push('Content-Length', String(length));
  response.writeHead(reply.status, headers);
  response.end(body);
}

export function isReadable(body: Reply['body']): body is Readable {
  return typeof body === 'object' && 'pipe' in body;
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

function validate(headers: readonly string[]): void {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    validateHeaderName(name);
    validateHeaderValue(name, headers[i + 1] as string);
  }
}

/** A backend that breaks off has to break off the answer: a clean end would pass half a body for a whole one. */
function stream(body: Readable, response: ServerResponse, exchange: Exchange): void {
  // What is over before it began tells of it no more.
  if (response.destroyed) {
    body.destroy();
    return;
  }
  if (body.destroyed) {
    response.destroy();
    return;
  }
  const limited = new StreamLimits(exchange.api.streamIdleMs);
  const told = (error: Error): unknown => (exchange.brokenOff ??= error.message);
  body.on('error', told);
  limited.on('error', told);
  limited.on('data', (chunk: Uint8Array) => (exchange.responseLength += chunk.length));
  response.on('close', () => {
    if (!response.writableFinished) exchange.brokenOff ??= 'the client has gone';
  });
  // Whoever breaks off is told of above.
  pipeline(body, limited, response, () => undefined);
}
