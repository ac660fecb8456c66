// https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 500;

/** One page of a list; `position` leads to the next one. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams, show: (item: T) => object): object {
  const start = Number(query.get('position') ?? 0) || 0;
  const limit = Math.min(Number(query.get('limit') ?? DEFAULT_LIMIT) || DEFAULT_LIMIT, MAX_LIMIT);
  const end = start + limit;
  return {
    item: all.slice(start, end).map(show),
    ...(end < all.length && { position: String(end) }),
  };
}
