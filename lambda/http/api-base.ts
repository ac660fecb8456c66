/** Of an authorizer's event or of a function's: both say where they came in. */
export interface AddressedEvent {
  readonly requestContext: { readonly domainName?: string | undefined; readonly path?: string | undefined };
  readonly resource: string;
  readonly pathParameters: Readonly<Record<string, string | undefined>> | null;
}

/** A host as API Gateway names it, or the local engine with its port. */
const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/;
/** The segments of a stage or of a base path mapping. */
const SEGMENT = /^[A-Za-z0-9._~$!*'()+-]+$/;

/**
 * Address of the API as the caller reached it, without a final slash: what `requestContext.path` holds in front of the
 * resource is the stage, or the base path that maps to it on a domain of its own. No header is looked at, as those are
 * the client's.
 *
 * @returns `undefined` when the event does not say
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function apiBase({ requestContext, resource, pathParameters }: AddressedEvent): string | undefined {
  const { domainName, path } = requestContext;
  if (domainName === undefined || path === undefined || !HOST.test(domainName)) return undefined;
  const whole = segmentsOf(path);
  const below = segmentsOf(resource).reduce((sum, part) => sum + length(part, pathParameters ?? {}), 0);
  const base = whole.slice(0, whole.length - below);
  if (below > whole.length || !base.every((segment) => SEGMENT.test(segment))) return undefined;
  // API Gateway serves nothing but https; the local engine serves http on this machine.
  const scheme = LOCAL_HOST.test(domainName) ? 'http' : 'https';
  return [`${scheme}://${domainName}`, ...base].join('/');
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** Segments of the path that one of the resource stands for: a greedy parameter takes several. */
function length(part: string, parameters: Readonly<Record<string, string | undefined>>): number {
  const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
  return greedy === undefined ? 1 : segmentsOf(parameters[greedy] ?? '').length;
}
