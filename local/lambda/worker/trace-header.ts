const HEADER = 'X-Amzn-Trace-Id';

/**
 * Tracing header of one event, for `_X_AMZN_TRACE_ID`, without which X-Ray's SDK complains at each call. It is that of the
 * API's request where the event carries it; nothing is sampled.
 *
 * @param requestId a UUID, from which a new header takes its random digits
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function traceHeaderOf(event: unknown, requestId: string): string {
  const given = (event as { headers?: Record<string, unknown> | null } | null)?.headers?.[HEADER];
  if (typeof given === 'string' && given.includes('Parent=')) return given;
  const digits = requestId.replaceAll('-', '');
  return `${typeof given === 'string' ? given : newRoot(digits)};Parent=${digits.slice(16)};Sampled=0`;
}

function newRoot(digits: string): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${digits.slice(0, 24)}`;
}
