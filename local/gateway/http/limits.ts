/**
 * Limits that the service does not raise (AG §5).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const MAX_PAYLOAD_BYTES = 10_485_760;
/** All headers together, names and values. */
export const MAX_HEADER_BYTES = 10_240;
export const MAX_URL_CHARS_REGIONAL = 10_240;
export const MAX_URL_CHARS_EDGE = 8_192;
/** How long nothing of a streamed answer may come (AG §7.9). */
export const STREAM_IDLE_MS_REGIONAL = 300_000;
export const STREAM_IDLE_MS_EDGE = 30_000;
/** With an authorizer on the method; longer ones are 414. */
export const MAX_METHOD_ARN_BYTES = 1_600;
/**
 * What a function can be sent, and can return, synchronously.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_LAMBDA_PAYLOAD_BYTES = 6_291_556;
