/** An error that the service itself would answer. */
export class ServiceError extends Error {
  constructor(
    /** As the service's documentation names it, for example `ResourceNotFoundException`. */
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Name under the older query protocol, where clients still look for it: `x-amzn-query-error`. */
    readonly queryCode?: string,
  ) {
    super(message);
  }
}
