import { PHASES, type Pass, type Progress } from './progress';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Younger events are still being delivered. */
export const UNDER_WAY_MS = 15 * MINUTE_MS;
/** Stripe keeps events for 30 days. */
const EVENTS_KEPT_MS = 30 * DAY_MS;
/** Events are dated when they are made and may be listed a moment later. */
const OVERLAP_MS = 60 * MINUTE_MS;
/** A pass that cannot come to its end, as what it was to go on after is gone, is given up. */
const LONGEST_PASS_MS = 7 * DAY_MS;

/** @returns the pass to work on now, if there is one */
export function passAt(progress: Progress, everyMs: number, now: number): Pass | undefined {
  const { pass, startedAt, eventsUntil } = progress;
  if (pass !== undefined && now - pass.startedAt < LONGEST_PASS_MS) return pass;
  // A run may come some seconds before its time.
  if (startedAt !== undefined && now - startedAt < everyMs - MINUTE_MS) return undefined;
  const until = now - UNDER_WAY_MS;
  const oldest = now - EVENTS_KEPT_MS;
  return {
    startedAt: now,
    phase: PHASES[0],
    since: Math.max(oldest, eventsUntil === undefined ? oldest : eventsUntil - OVERLAP_MS),
    until,
    eventsFailed: false,
  };
}

/** After the last thing of a phase: the next phase, or the end of the pass. */
export function afterPhase(progress: Progress, pass: Pass): Progress {
  const { startedAt, since, until, eventsFailed } = pass;
  const phase = PHASES[PHASES.indexOf(pass.phase) + 1];
  const { eventsUntil, revision } = progress;
  if (phase !== undefined) {
    const next = { startedAt, phase, since, until, eventsFailed };
    return { revision, startedAt, ...(eventsUntil !== undefined && { eventsUntil }), pass: next };
  }
  const known = eventsFailed ? eventsUntil : until;
  return { revision, startedAt, ...(known !== undefined && { eventsUntil: known }) };
}
