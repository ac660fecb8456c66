import { NEVER } from '../account';
import type { SubscriptionSnapshot } from './fact';

/** The order in which a subscription lives; terminal statuses come last and absorb. */
const RANK: Readonly<Record<SubscriptionSnapshot['status'], number>> = {
  incomplete: 0,
  trialing: 1,
  active: 2,
  past_due: 3,
  unpaid: 4,
  paused: 5,
  incomplete_expired: 6,
  canceled: 7,
};

export function isTerminal(status: SubscriptionSnapshot['status']): boolean {
  return RANK[status] >= RANK.incomplete_expired;
}

export interface DatedSnapshot {
  /** The provider's time, milliseconds since the epoch. */
  readonly at: number;
  readonly snapshot: SubscriptionSnapshot;
}

/**
 * Total order of the snapshots of one subscription; positive when `a` is the later truth. Within one instant the
 * rank of the status decides, then an end that is set, then whatever the content differs in: which one matters less
 * than that every order of arrival finds the same. Event ids are never compared: they carry no time.
 */
export function compareSnapshots(a: DatedSnapshot, b: DatedSnapshot): number {
  return (
    a.at - b.at ||
    RANK[a.snapshot.status] - RANK[b.snapshot.status] ||
    (b.snapshot.cancelAt ?? NEVER) - (a.snapshot.cancelAt ?? NEVER) ||
    (a.snapshot.periodEnd ?? 0) - (b.snapshot.periodEnd ?? 0) ||
    compareText(canonical(a.snapshot), canonical(b.snapshot))
  );
}

/** Text that is equal exactly when the values are: members in the order of their names, absent ones left out. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => compareText(one, other)))
      : member,
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
