import { type Exchange } from '../http/exchange';
import {
  type HostObject,
  jsonOf,
  mapOf,
  textOf,
  type Value,
  type ValueMap,
  valueOf,
} from '../velocity/value';
import { jsonPath } from './json-path';

/**
 * `$input` of mapping templates: the payload at hand, and the parameters of the method request (AG §7.3).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export class TemplateInput implements HostObject {
  readonly host = true;
  private parsed: Value;
  private isParsed = false;
  private builtParameters: ValueMap | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly payload: string,
  ) {}

  property(name: string): Value {
    if (name === 'body') return this.body;
    return name === 'params' ? this.parameters() : undefined;
  }

  call(method: string, args: readonly Value[]): Value {
    switch (method) {
      case 'path':
        return this.read(args[0]);
      case 'json': {
        const found = this.read(args[0] ?? '$');
        return found === undefined ? '""' : jsonOf(found);
      }
      case 'params':
        return args.length === 0 ? this.parameters() : this.parameter(textOf(args[0]));
      case 'body':
        return this.body;
      default:
        return undefined;
    }
  }

  private get body(): string {
    return this.payload === '' ? '{}' : this.payload;
  }

  private read(path: Value): Value {
    if (!this.isParsed) {
      this.parsed = valueOf(JSON.parse(this.body));
      this.isParsed = true;
    }
    return jsonPath(textOf(path)).read(this.parsed);
  }

  /** Looked for in path, query string and header, in this order; headers in any case. */
  private parameter(name: string): string {
    const { pathParameters, query, headers } = this.exchange;
    if (pathParameters && Object.hasOwn(pathParameters, name)) return pathParameters[name] as string;
    if (query && Object.hasOwn(query.single, name)) return query.single[name] as string;
    return headers.get(name.toLowerCase()) ?? '';
  }

  private parameters(): ValueMap {
    const { pathParameters, query, headers } = this.exchange;
    return (this.builtParameters ??= new Map<string, Value>([
      ['path', mapOf(pathParameters)],
      ['querystring', mapOf(query?.single)],
      ['header', new Map([...headers].map(([, { name, values }]) => [name, values.at(-1)]))],
    ]));
  }
}
