/** A member whose value API Gateway substitutes when it answers. */
export class ContextValue {
  /**
   * @param expression the variable, for example `$context.authorizer.reason`
   * @param quoted whether the service renders the quotes itself
   */
  constructor(
    public readonly expression: string,
    public readonly quoted: boolean,
  ) {}
}

export type ProblemMembers = Readonly<Record<string, string | number | ContextValue>>;

/** Text from `$context`; safe as long as the value is in the alphabet of `safeText`. */
export function fromContext(name: string): ContextValue {
  return new ContextValue(`$context.${name}`, false);
}

/** A member of the authorizer's context. */
export function fromAuthorizer(name: string): ContextValue {
  return fromContext(`authorizer.${name}`);
}

/** The service's own message: it comes with its quotes, or as `null`. */
export const SERVICE_MESSAGE = new ContextValue('$context.error.messageString', true);

/**
 * Body of a gateway response. These templates substitute variables and know nothing else: no conditions, no
 * escaping that can be relied on.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function problemTemplate(members: ProblemMembers): string {
  const rendered = Object.entries(members).map(([name, value]) => `${JSON.stringify(name)}:${member(value)}`);
  return `{${rendered.join(',')}}`;
}

function member(value: string | number | ContextValue): string {
  if (!(value instanceof ContextValue)) return JSON.stringify(value);
  return value.quoted ? value.expression : `"${value.expression}"`;
}
