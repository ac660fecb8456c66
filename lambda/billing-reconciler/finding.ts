/** Why an account does not show what it should. */
export type Cause =
  /** The provider knows something that we were never told. */
  | 'missed'
  /** Its customer was never linked, although our checkout made the subscription. */
  | 'not-linked'
  /** The last change was stored and not put onto the account. */
  | 'not-projected'
  /** The seller's plans or terms are others than at the last change. */
  | 'other-terms'
  /** Its events were stored and not published. */
  | 'not-published';

/** Causes that should not happen: something was lost. */
const LOSSES: readonly Cause[] = ['missed', 'not-linked', 'not-projected'];

export function isLoss(cause: Cause): boolean {
  return LOSSES.includes(cause);
}

/** An account that seems to be wrong: an event may be under way that explains it. */
export interface Finding {
  readonly account: string;
  readonly cause: Cause;
  /** What it was found by: id of a subscription or an event. */
  readonly source: string;
  /**
   * Looks again, and repairs what is still wrong.
   *
   * @returns whether there was something to repair
   */
  repair(): Promise<boolean>;
}

/** One thing to look at. */
export interface Unit {
  /** Where to go on after it. */
  readonly id: string;
  /** @returns `undefined` when all is well, or the thing is none of ours */
  check(): Promise<Finding | undefined>;
}

/** Walks in an order that stays the same, so that a later run can go on where an earlier one ended. */
export type Walk = (after: string | undefined) => AsyncIterable<Unit>;
