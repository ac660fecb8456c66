import { randomFillSync, randomUUID } from 'node:crypto';

/** Random bytes are drawn in blocks: one system call per request would be the dearest step of a MOCK route. */
const POOL = Buffer.alloc(8192);
let used = POOL.length;

function random(bytes: number, encoding: 'base64' | 'hex'): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += bytes;
  return POOL.toString(encoding, used - bytes, used);
}

/** `$context.requestId` and `x-amzn-RequestId`: a UUID. */
export function newRequestId(): string {
  return randomUUID();
}

/** `$context.extendedRequestId` and `x-amz-apigw-id`: fifteen characters and `=`, as on AWS (`TWegAcC4EowCHnA=`). */
export function newExtendedRequestId(): string {
  return random(11, 'base64');
}

const ROOT = /(?:^|;)\s*Root=([^;]+)/;

/**
 * `X-Amzn-Trace-Id` of the request as the backend sees it. A client's trace id is kept (AG §7.4).
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceIdFor(client: string | undefined, epochMs: number): string {
  if (client && ROOT.test(client)) return client;
  const seconds = Math.floor(epochMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${random(12, 'hex')}`;
}

/** The same with a parent: what API Gateway puts on the response. A Parent is generated when only Root came. */
export function traceIdWithParent(traceId: string): string {
  return traceId.includes('Parent=') ? traceId : `${traceId};Parent=${random(8, 'hex')};Sampled=0`;
}
