/** How long callers are kept waiting, milliseconds. */
export interface Patience {
  /** For one answer of Stripe; each silence within it may be as long. */
  readonly stripeMs: number;
  /** For everything together. */
  readonly answerMs: number;
}

/**
 * API Gateway gives up after 29 seconds, of which a cold start takes some; the function's own limit is 28. Stripe is asked
 * twice before it counts as silent, and answers that are merely slow, or come byte by byte, add up.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const PATIENCE: Patience = { stripeMs: 6_000, answerMs: 24_000 };

/** Whoever asked is told to try again: what is still under way is for nobody to see. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}

/**
 * The instant at which an answer has to be given, come what may. Work that goes on after it does no harm: the next request
 * comes to the same, as if it had been made by another environment at the same time.
 */
export class Deadline {
  private readonly timer: NodeJS.Timeout;
  private readonly passing: Promise<never>;
  private passed = false;

  constructor(ms: number) {
    let pass!: (error: TooLate) => void;
    this.passing = new Promise((_, reject) => (pass = reject));
    this.timer = setTimeout(() => {
      this.passed = true;
      pass(new TooLate(`there was no answer within ${ms} ms`));
    }, ms);
  }

  /** @throws TooLate */
  async meet<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.passing]);
    } finally {
      clearTimeout(this.timer);
    }
  }

  /**
   * What comes now cannot be done again: either it is left, or its outcome is waited for.
   *
   * @throws TooLate
   */
  commit(): void {
    if (this.passed) throw new TooLate('nobody waits for the answer any more');
    clearTimeout(this.timer);
  }
}
