import { randomFillSync, randomUUID } from 'node:crypto';

const POOL = Buffer.alloc(11 * 512);
let used = POOL.length;

/** `$context.requestId` and `x-amzn-RequestId`: a UUID. */
export function newRequestId(): string {
  return randomUUID();
}

/**
 * `$context.extendedRequestId` and `x-amz-apigw-id`: fifteen characters and `=`, as on AWS
 * (`TWegAcC4EowCHnA=`). Random bytes are drawn in blocks: one system call per request would be the dearest step
 * of a MOCK route.
 */
export function newExtendedRequestId(): string {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  const id = POOL.toString('base64', used, used + 11);
  used += 11;
  return id;
}

const ROOT = /(?:^|;)\s*Root=([^;]+)/;

/**
 * `X-Amzn-Trace-Id` of the request as the backend sees it. A client's trace id is kept (AG §7.4).
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceIdFor(client: string | undefined, requestId: string, epochMs: number): string {
  if (client && ROOT.test(client)) return client;
  const seconds = Math.floor(epochMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${hexOf(requestId).slice(0, 24)}`;
}

/** The same with a parent: what API Gateway puts on the response. A Parent is generated when only Root came. */
export function responseTraceId(requestTraceId: string, requestId: string): string {
  return requestTraceId.includes('Parent=')
    ? requestTraceId
    : `${requestTraceId};Parent=${hexOf(requestId).slice(-16)};Sampled=0`;
}

function hexOf(requestId: string): string {
  const hex = requestId.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return hex.length >= 24 ? hex : hex.padEnd(24, '0');
}
