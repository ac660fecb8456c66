import type { StripeModel } from './stripe/stripe-model';
import type { StripeEvent } from './stripe/stripe-objects';

/** One thing that happens, and the events that tell it; without any, only time passes. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text: string;
  readonly events: readonly StripeEvent[];
}

/** Writes down what a model of Stripe does, moment by moment. */
export class Story {
  readonly moments: Moment[] = [];

  constructor(readonly model: StripeModel) {}

  happens(text: string, what: (model: StripeModel) => unknown): this {
    const told = this.model.events.length;
    what(this.model);
    this.moments.push({ at: this.model.now, text, events: this.model.events.slice(told) });
    return this;
  }

  /** A moment that only a look at the clock can tell. */
  passes(text: string, until: (model: StripeModel) => number): this {
    this.model.waitUntil(until(this.model));
    this.moments.push({ at: this.model.now, text, events: [] });
    return this;
  }

  /** Time before what happens next. */
  later(ms: number): this {
    this.model.wait(ms);
    return this;
  }
}
