/**
 * `binaryMediaTypes` of a REST API (AG §7.5): `type/subtype`, a wildcard subtype and the wildcard for everything
 * match; a left-hand wildcard with a subtype does not.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 */
export class BinaryMediaTypes {
  private readonly exact: ReadonlySet<string>;
  private readonly families: ReadonlySet<string>;
  private readonly all: boolean;

  constructor(types: readonly string[]) {
    // CloudFormation writes `~1` for the slash.
    const plain = types.map((t) => t.replaceAll('~1', '/').toLowerCase());
    this.all = plain.includes('*/*');
    this.exact = new Set(plain);
    this.families = new Set(plain.filter((t) => t.endsWith('/*')).map((t) => t.slice(0, -1)));
  }

  /** @param header value of `Content-Type` or `Accept`: only the first media type counts, parameters do not */
  match(header: string | undefined): boolean {
    if (this.all) return true;
    if (header === undefined || this.exact.size === 0) return false;
    const type = (header.split(/[,;]/, 1)[0] as string).trim().toLowerCase();
    return this.exact.has(type) || this.families.has(type.slice(0, type.indexOf('/') + 1));
  }
}
