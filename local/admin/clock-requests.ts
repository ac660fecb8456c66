import { type MovableClock } from '../clock';
import { EngineError } from '../engine-error';

/** What an engine tells of its clock. */
export interface ClockState {
  /** ISO instant. */
  readonly now: string;
  /** How far it is ahead of real time, in milliseconds. */
  readonly offsetMs: number;
}

export function tellClock(clock: MovableClock): ClockState {
  return { now: new Date(clock.now()).toISOString(), offsetMs: Math.round(clock.offsetMs) };
}

function parse(text: string): { readonly by?: unknown; readonly to?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

/**
 * Moves the clock by a duration (`by`) or to an instant (`to`), both in milliseconds.
 *
 * @throws EngineError `ClockMoveInvalid`, and what the clock throws
 */
export function moveClock(clock: MovableClock, text: string): ClockState {
  const { by, to } = parse(text);
  if (Number.isFinite(by) && to === undefined) clock.advance(by as number);
  else if (Number.isFinite(to) && by === undefined) clock.set(to as number);
  else {
    throw new EngineError(
      'ClockMoveInvalid',
      `a move is {"by": milliseconds} or {"to": milliseconds since the epoch}, got ${text}`,
    );
  }
  return tellClock(clock);
}
