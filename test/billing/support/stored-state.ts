import type { Item } from '../../../lambda/store/dynamodb-client';
import { canonical } from '../../../lib/domain/billing/snapshot-order';
import type { Contents } from './table-contents';

/** The whole table, as text. */
export function exactKey(contents: Contents): string {
  return canonical([...contents.values()].map((item) => canonical(item)).sort());
}

/**
 * The table without the values of its counters. They depend on the order in which messages came, as they count the
 * writes that changed something, and they decide on nothing:
 *
 * - `sequence` is compared for equality with what the same delivery has read a moment ago, and increased by one. It also
 *   becomes the hot item's `billingRev`, and whether that is behind is kept.
 * - `planRev` is compared with what was read, and increased by one.
 * - `eventSequence` numbers events. Those that wait in the outbox are kept with their numbers.
 *
 * A state and one with other counters therefore take the same steps, and come to states that differ in counters alone.
 * The tests do not only believe that: see {@link exactKey}.
 */
export function keyWithoutCounters(contents: Contents): string {
  const items = [...contents.values()];
  const billing = items.find((item) => sortKey(item) === 'BILLING');
  const views = items.map((item): object => {
    if (item === billing) return without(item, ['sequence', 'eventSequence']);
    if (sortKey(item) !== 'ACCOUNT') return item;
    const behind = item.billingRev && count(billing!, 'sequence') - count(item, 'billingRev');
    return { ...without(item, ['planRev', 'billingRev']), behind };
  });
  return canonical(views.map((view) => canonical(view)).sort());
}

export function sortKey({ sk }: Item): string {
  return sk !== undefined && 'S' in sk ? sk.S : '';
}

function without(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

function count(item: Item, name: string): number {
  const value = item[name];
  return value !== undefined && 'N' in value ? Number(value.N) : Number.NaN;
}
