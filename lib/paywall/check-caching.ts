import { renderProperties } from '../authorizer/render-properties';
import type { BrokenRule } from '../errors/broken-rule';
import type { ApiMethod } from './api-method';
import type { FinalState } from './final-checks';
import { settingPath } from './method-settings';

/** A setting as it goes into the template. */
interface Setting {
  readonly ResourcePath?: string;
  readonly HttpMethod?: string;
  readonly CachingEnabled?: unknown;
}

/**
 * What an identified route answers is one account's. The cache of a stage looks at the path and at what the method has as
 * cache key, so that the next caller would be given it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function checkCaching(
  { restApi, authorizer }: FinalState,
  methods: readonly ApiMethod[],
): BrokenRule[] {
  const { CacheClusterEnabled, MethodSettings } = renderProperties(
    restApi.stage.node.defaultChild as typeof restApi.resource,
  );
  if (CacheClusterEnabled === undefined || CacheClusterEnabled === false) return [];
  const settings = Array.isArray(MethodSettings) ? (MethodSettings as readonly Setting[]) : [];
  const headers = authorizer.credentialSource.headers.map((name) =>
    `method.request.header.${name}`.toLowerCase(),
  );
  const catalogue = authorizer._catalogue.catalogue;
  return methods
    .filter(({ verb, path }) => {
      if (path === undefined || !['GET', 'ANY'].includes(verb)) return false;
      return catalogue.requirement({ httpMethod: 'GET', resource: path }).routeClass === 'identified';
    })
    .filter((method) => isCached(method, settings) && !keyedBy(method, headers))
    .map((method) => ({
      code: 'IdentifiedRouteCached',
      message:
        `${method.verb} ${method.path} is identified, and its answers must not be cached for others, got ` +
        `cachingEnabled; turn it off for the method in methodOptions of deployOptions, or make the header of the ` +
        `credential a cache key of the integration [${method.resource.node.path}]`,
    }));
}

/** Settings of a method replace those of the stage as a whole. Without its own, only `GET` is cached. */
function isCached({ path, verb }: ApiMethod, settings: readonly Setting[]): boolean {
  const resourcePath = settingPath(path!);
  const own = settings.find((one) => one.ResourcePath === resourcePath && one.HttpMethod === verb);
  const inForce = own
    ? [own]
    : settings.filter((one) => one.ResourcePath === '/*' && ['*', 'GET'].includes(one.HttpMethod ?? ''));
  return inForce.some(({ CachingEnabled = false }) => CachingEnabled !== false);
}

function keyedBy({ resource }: ApiMethod, headers: readonly string[]): boolean {
  const integration = renderProperties(resource).Integration as { CacheKeyParameters?: string[] } | undefined;
  const keys = (integration?.CacheKeyParameters ?? []).map((name) => String(name).toLowerCase());
  return headers.every((header) => keys.includes(header));
}
