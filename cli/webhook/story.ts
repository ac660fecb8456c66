import type { StripeModel } from './stripe/stripe-model';
import type { StripeEvent } from './stripe/stripe-objects';

/** One thing that happens, and the events that tell it; without any, only time passes. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  readonly events: readonly StripeEvent[];
}

type Step = (model: StripeModel) => Moment | undefined;

/** What a model of Stripe is to do, moment by moment. */
export class Story {
  private readonly steps: Step[] = [];

  happens(text: string, what: (model: StripeModel) => unknown): this {
    return this.add((model) => {
      const told = model.events.length;
      what(model);
      return { at: model.now, text, events: model.events.slice(told) };
    });
  }

  /** A moment that only a look at the clock can tell. */
  passes(text: string, until: (model: StripeModel) => number): this {
    return this.add((model) => {
      model.waitUntil(until(model));
      return { at: model.now, text, events: [] };
    });
  }

  /** Time before what happens next. */
  later(ms: number): this {
    return this.add((model) => void model.wait(ms));
  }

  /** Each moment happens when it is asked for, so that the model knows nothing of what is still to come. */
  *tell(model: StripeModel): Generator<Moment> {
    for (const step of this.steps) {
      const moment = step(model);
      if (moment) yield moment;
    }
  }

  private add(step: Step): this {
    this.steps.push(step);
    return this;
  }
}
