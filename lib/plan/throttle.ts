/** How fast a caller, or a stage, may go: a token bucket. Beyond it API Gateway answers 429. */
export interface Throttle {
  /** Requests per second that are sustained; above 0, fractions allowed. */
  readonly rateLimit: number;
  /** Requests that may come at once: the size of the bucket. A whole number above 0. */
  readonly burstLimit: number;
}
