import { type Exchange } from '../http/exchange';
import { mapOf, textOf, type Value, type ValueMap } from '../velocity/value';
import { contextGetter } from './context-variable';

const TOP = [
  'accountId',
  'apiId',
  'deploymentId',
  'domainName',
  'domainPrefix',
  'extendedRequestId',
  'httpMethod',
  'isCanaryRequest',
  'operationName',
  'path',
  'protocol',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'resourceId',
  'resourcePath',
  'stage',
].map((name) => [name, contextGetter(name)] as const);

const IDENTITY = ['apiKey', 'apiKeyId', 'sourceIp', 'userAgent'].map(
  (name) => [name, contextGetter(`identity.${name}`)] as const,
);

/**
 * `$context` of one request's templates. Overrides set in the request template are seen by the response template
 * (AG §7.3), so the map lives as long as the request.
 */
export class TemplateContext {
  readonly map: ValueMap;
  private readonly requestOverride: ValueMap;
  private readonly responseOverride: ValueMap;

  constructor(exchange: Exchange) {
    const authorizer = mapOf(exchange.authorizer?.context);
    if (exchange.authorizer?.principalId !== undefined)
      authorizer.set('principalId', exchange.authorizer.principalId);
    this.requestOverride = new Map<string, Value>([
      ['header', new Map()],
      ['path', new Map()],
      ['querystring', new Map()],
    ]);
    this.responseOverride = new Map<string, Value>([['header', new Map()]]);
    this.map = new Map<string, Value>([
      ...TOP.map(([name, get]) => [name, get(exchange)] as const),
      ['identity', new Map(IDENTITY.map(([name, get]) => [name, get(exchange)]))],
      ['authorizer', authorizer],
      ['requestOverride', this.requestOverride],
      ['responseOverride', this.responseOverride],
    ]);
  }

  requestOverrides(place: 'header' | 'path' | 'querystring'): ReadonlyMap<string, Value> {
    return mapIn(this.requestOverride, place);
  }

  get responseHeaders(): [string, string][] {
    return [...mapIn(this.responseOverride, 'header')].map(([name, value]) => [name, textOf(value)]);
  }

  /** Ignored unless it is an integer from 100 to 599 (AG §7.3). */
  get responseStatus(): number | undefined {
    const status = this.responseOverride.get('status');
    return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599
      ? status
      : undefined;
  }
}

function mapIn(map: ValueMap, key: string): ReadonlyMap<string, Value> {
  const value = map.get(key);
  return value instanceof Map ? value : new Map();
}
