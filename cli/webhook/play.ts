import { NEVER } from '../../lib/domain/account';
import type { Answer } from '../quickstart/http-call';
import type { EngineClock } from './engine-clock';
import type { Delivery, StripeEndpoint } from './endpoint';
import type { Moment } from './story';
import type { StripeEvent } from './stripe/stripe-objects';

/** What a call of the API was answered, before and after one event or one stretch of time. */
export interface PlayedRow {
  /** Instant by the engine's clock, ISO 8601. */
  readonly at: string;
  /** Since the beginning of the story, milliseconds. */
  readonly elapsedMs: number;
  readonly text: string;
  /** Type of the event; `null`: only time has passed. */
  readonly event: string | null;
  readonly delivery: Delivery | null;
  readonly before: Answer;
  readonly after: Answer;
  /** As the account shows it afterwards. */
  readonly plan: string | null;
  /** ISO 8601; `null`: does not end, or there is none. */
  readonly accessUntil: string | null;
}

export interface Stage {
  readonly clock: EngineClock;
  readonly endpoint: StripeEndpoint;
  /** Calls the paid route. */
  call(): Promise<Answer>;
  account(): Promise<{ readonly plan?: string; readonly accessUntil: number } | undefined>;
  onRow(row: PlayedRow): void;
}

/**
 * Plays moments one after the other, and calls the API before and after each event. Stops at an event that is not taken:
 * what follows would tell another story.
 */
export async function play(moments: Iterable<Moment>, start: number, stage: Stage): Promise<PlayedRow[]> {
  const rows: PlayedRow[] = [];
  for (const moment of moments) {
    for (const step of stepsOf(moment)) {
      const row = await playStep(step, moment, start, stage);
      rows.push(row);
      stage.onRow(row);
      if (row.delivery && !isTaken(row.delivery)) return rows;
    }
  }
  return rows;
}

export function isTaken({ status }: Delivery): boolean {
  return status >= 200 && status < 300;
}

function stepsOf({ events }: Moment): readonly (StripeEvent | null)[] {
  return events.length === 0 ? [null] : events;
}

async function playStep(
  event: StripeEvent | null,
  { at, text }: Moment,
  start: number,
  { clock, endpoint, call, account }: Stage,
): Promise<PlayedRow> {
  // Of a stretch of time, the call before it is part of what is shown; of an event, the call at its instant.
  const early = event === null ? await call() : undefined;
  await clock.reach(at);
  const before = early ?? (await call());
  const delivery = event && (await endpoint.deliver(event, clock.now()));
  const after = await call();
  const { plan, accessUntil } = (await account()) ?? {};
  return {
    at: new Date(at).toISOString(),
    elapsedMs: at - start,
    text,
    event: event?.type ?? null,
    delivery,
    before,
    after,
    plan: plan ?? null,
    accessUntil: !accessUntil || accessUntil >= NEVER ? null : new Date(accessUntil).toISOString(),
  };
}
