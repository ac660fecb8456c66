import { text, type Json } from '../billing/json';
import type { Page } from '../billing/stripe/listing';

/** The objects of all pages, one by one, each with Stripe's time when it was read. */
export async function* pages(
  read: (after: string | undefined) => Promise<Page>,
  after: string | undefined,
): AsyncIterable<{ readonly object: Json; readonly at: number }> {
  let start = after;
  for (;;) {
    const { objects, at, more } = await read(start);
    for (const object of objects) yield { object, at };
    const last = text(objects.at(-1)?.id);
    if (!more || last === undefined) return;
    start = last;
  }
}
