import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { MAX_PAYLOAD_BYTES } from './limits';
import { type Reply } from './outcome';

/**
 * Compresses an answer, if the API has a `MinimumCompressionSize`, the body reaches it and the client takes gzip or
 * deflate. What a backend has encoded itself is left alone.
 *
 * @param minimumBytes null when the API compresses nothing
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
export function compress(
  reply: Reply,
  minimumBytes: number | null,
  acceptEncoding: string | undefined,
): Reply {
  const { body, headers } = reply;
  if (minimumBytes === null || acceptEncoding === undefined) return reply;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return reply;
  if (body.length === 0 || Buffer.byteLength(body) < minimumBytes) return reply;
  if (headers.some((text, i) => i % 2 === 0 && text.toLowerCase() === 'content-encoding')) return reply;
  const encoding = /\b(gzip|deflate)\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i
    .exec(acceptEncoding)?.[1]
    ?.toLowerCase();
  if (encoding === undefined) return reply;
  return {
    ...reply,
    headers: [...headers, 'Content-Encoding', encoding],
    body: encoding === 'gzip' ? gzipSync(body) : deflateSync(body),
  };
}

/**
 * Decodes a request body that came compressed to an API that has compression on.
 *
 * @returns null when it is not what its `Content-Encoding` says, or grows past 10 MB
 */
export function decompress(body: Buffer, contentEncoding: string): Buffer | null {
  const limit = { maxOutputLength: MAX_PAYLOAD_BYTES };
  try {
    switch (contentEncoding.toLowerCase()) {
      case 'gzip':
        return gunzipSync(body, limit);
      case 'deflate':
        return inflateSync(body, limit);
      default:
        return body;
    }
  } catch {
    return null;
  }
}
