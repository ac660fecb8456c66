import { bagOf, type Properties, stringOf, textMapOf } from '../compile/l1';
import { type Exchange } from '../http/exchange';
import { type Refusal, type Reply } from '../http/outcome';
import { type Getter } from '../mapping/context-variable';
import { simpleSource } from '../mapping/simple-source';
import { compileTemplate, type Template } from '../mapping/substitution';
import {
  familyOf,
  GATEWAY_RESPONSE_TYPE_NAMES,
  GATEWAY_RESPONSE_TYPES,
  type GatewayResponseDefaults,
  type GatewayResponseType,
} from './gateway-response-types';

const HEADER_KEY = 'gatewayresponse.header.';
const JSON_TYPE = 'application/json';

interface Compiled {
  /** Where it is configured: the type itself, its family; undefined for the service's own. */
  readonly configuredAs: string | undefined;
  readonly defaults: GatewayResponseDefaults;
  /** Only when configured, on the type or on its family. */
  readonly status: number | undefined;
  readonly headers: readonly { readonly name: string; readonly value: Getter }[];
  readonly templates: ReadonlyMap<string, Template> | null;
}

/** The gateway responses of one REST API, customisation and inheritance resolved (AG §2.1). */
export class GatewayResponses {
  private readonly byType: ReadonlyMap<GatewayResponseType, Compiled>;

  /** @param resources property bags of the API's `AWS::ApiGateway::GatewayResponse`s */
  constructor(resources: readonly Properties[]) {
    const custom = new Map(resources.map((r) => [stringOf(r, 'ResponseType') ?? '', r]));
    this.byType = new Map(
      GATEWAY_RESPONSE_TYPE_NAMES.map((type) => {
        // A customised type stands alone: nothing of the family's headers or templates is merged in.
        const configuredAs = [type, familyOf(type)].find((name) => custom.has(name));
        const source = configuredAs === undefined ? undefined : custom.get(configuredAs);
        return [type, { ...compile(GATEWAY_RESPONSE_TYPES[type], source), configuredAs }];
      }),
    );
  }

  reply(exchange: Exchange, refusal: Refusal): Reply {
    const compiled = this.byType.get(refusal.type) as Compiled;
    const { defaults, templates } = compiled;
    exchange.refusal = refusal;
    const [mediaType, template] = templates ? choose(templates, exchange) : [JSON_TYPE, null];
    const status = compiled.status ?? refusal.status ?? defaults.status;
    exchange.trace?.add('gateway response', refusalText(refusal, status, compiled.configuredAs));
    const body = template
      ? template.render(exchange)
      : `${defaults.prefix}${JSON.stringify(refusal.message)}}`;
    return {
      kind: 'reply',
      status,
      headers: headersOf(compiled, mediaType, exchange),
      body,
      lane: refusal.type,
    };
  }
}

function compile(
  defaults: GatewayResponseDefaults,
  source: Properties | undefined,
): Omit<Compiled, 'configuredAs'> {
  const bag = source ?? {};
  const status = stringOf(bag, 'StatusCode');
  const parameters = Object.entries(textMapOf(bag, 'ResponseParameters') ?? {});
  const templates = Object.entries(textMapOf(bag, 'ResponseTemplates') ?? {});
  return {
    defaults,
    status: status === undefined ? undefined : Number(status),
    headers: parameters
      .filter(([key]) => key.startsWith(HEADER_KEY))
      .map(([key, value]) => ({ name: key.slice(HEADER_KEY.length), value: simpleSource(value) })),
    templates: templates.length ? new Map(templates.map(([k, v]) => [k, compileTemplate(v)])) : null,
  };
}

function headersOf(compiled: Compiled, mediaType: string, exchange: Exchange): string[] {
  const headers = ['x-amzn-ErrorType', compiled.defaults.errorType];
  let contentType = mediaType;
  for (const { name, value } of compiled.headers) {
    const text = value(exchange);
    if (text === undefined || text === null) continue;
    if (name.toLowerCase() === 'content-type') contentType = String(text);
    else headers.push(name, String(text));
  }
  headers.push('Content-Type', contentType);
  return headers;
}

function refusalText(refusal: Refusal, status: number, configuredAs: string | undefined): string {
  const form = configuredAs === undefined ? "the service's own" : `configured as ${configuredAs}`;
  return `${refusal.type} ${status}, ${form}; why: ${refusal.detail ?? refusal.message ?? 'no message'}`;
}

/** By `Accept`, else `application/json`, else the first (unconfirmed: docs/local-engine.md). */
function choose(templates: ReadonlyMap<string, Template>, exchange: Exchange): [string, Template] {
  if (templates.size > 1) {
    const accept = exchange.headers.get('accept')?.split(/[,;]/, 1)[0]?.trim() ?? '';
    const wanted = templates.get(accept);
    if (wanted) return [accept, wanted];
    const json = templates.get(JSON_TYPE);
    if (json) return [JSON_TYPE, json];
  }
  return templates.entries().next().value as [string, Template];
}

/** Expressions of a gateway response's header mappings that are not understood: creation fails on AWS. */
export function invalidHeaderMappings(resource: Properties): string[] {
  const parameters = bagOf(resource, 'ResponseParameters') ?? {};
  return Object.entries(parameters)
    .filter(([key, value]) => !key.startsWith(HEADER_KEY) || !isMapping(String(value)))
    .map(([key, value]) => `${key}: ${String(value)}`);
}

function isMapping(value: string): boolean {
  return /^('[^]*'|method\.request\.(header|path|querystring)\.[^.]+|context\..+|stageVariables\..+)$/.test(
    value,
  );
}
