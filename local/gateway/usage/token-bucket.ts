/**
 * Token bucket of API Gateway's throttling: `rateLimit` tokens flow in each second, at most `burstLimit` are kept.
 * It starts full. With a limit of 0 nothing ever passes (AG §5).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  /**
   * @param rateLimit tokens per second; fractions allowed
   * @param burstLimit capacity in tokens; may exceed the rate
   * @param now milliseconds since the epoch
   */
  constructor(
    private readonly rateLimit: number,
    private readonly burstLimit: number,
    now: number,
  ) {
    this.tokens = burstLimit;
    this.filledAt = now;
  }

  /** Whether a token is there. Does not take it: a request has to pass every bucket that applies, or none. */
  has(now: number): boolean {
    this.refill(now);
    return this.tokens >= 1 && this.rateLimit > 0;
  }

  /** Takes one token; call only after `has`. */
  take(): void {
    this.tokens -= 1;
  }

  private refill(now: number): void {
    // A clock that is set back must not freeze the bucket: start counting again from there.
    const elapsed = Math.max(0, now - this.filledAt);
    this.filledAt = now;
    if (elapsed > 0) this.tokens = Math.min(this.burstLimit, this.tokens + (elapsed / 1000) * this.rateLimit);
  }
}
