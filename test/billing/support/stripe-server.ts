import {
  serveStripe,
  type ServedStripe,
  type StripeAnswer,
  type StripeRequest,
} from '../../../cli/webhook/stripe/serve-stripe';
import { StripeRecords } from '../../../cli/webhook/stripe/stripe-records';

export type { StripeAnswer, StripeRequest };

/** Stripe's API over HTTP: the reading half is told from models, and everything can be made to go wrong. */
export class StripeServer extends StripeRecords {
  /** Its clock, milliseconds since the epoch. */
  now = 0;
  /** Status instead of an answer, for paths of choice. */
  refuse: (path: string) => number | undefined = () => undefined;
  /** Answers before the models do: the half of the API that writes. */
  desk: (request: StripeRequest) => StripeAnswer | undefined = () => undefined;
  readonly asked: string[] = [];
  private served!: ServedStripe;

  private constructor() {
    super();
  }

  static async start(): Promise<StripeServer> {
    const stripe = new StripeServer();
    stripe.served = await serveStripe({
      now: () => stripe.now,
      answer: (request) => stripe.serve(request),
    });
    return stripe;
  }

  get endpoint(): string {
    return this.served.url;
  }

  async stop(): Promise<void> {
    await this.served.close();
  }

  private serve(request: StripeRequest): StripeAnswer | undefined {
    const { method, pathname, path, query } = request;
    this.asked.push(`${method} ${pathname}`);
    const refused = this.refuse(pathname);
    if (refused !== undefined) return { status: refused, body: { error: { message: 'no' } } };
    const given = this.desk(request);
    if (given) return given;
    const body = this.answer(path, query);
    return body && { body };
  }
}
