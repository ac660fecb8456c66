import type { AccountEvent, BillingTable } from './billing-table';

/** Where events go to. */
export interface EventBus {
  /** Resolves when the bus has taken all of them, or throws; they are sent again then. */
  publish(events: readonly AccountEvent[]): Promise<void>;
}

/** Sends what is in the outbox and removes it afterwards: a crash in between repeats events and loses none. */
export async function publishOutbox(
  table: BillingTable,
  bus: EventBus,
  account: string,
  outbox: readonly AccountEvent[],
): Promise<void> {
  if (outbox.length === 0) return;
  const inOrder = [...outbox].sort((a, b) => a.sequence - b.sequence);
  await bus.publish(inOrder);
  await table.removeFromOutbox(
    account,
    inOrder.map(({ id }) => id),
  );
}
