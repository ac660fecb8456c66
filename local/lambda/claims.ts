/** Events that a thread may hold: the one that it runs, and those that wait for it there. */
export const MAX_HELD = 16;

/**
 * Who has an event that was sent to a thread ahead of time: it waits there, and until the thread has started it the
 * engine may take it back. Whoever claims a ticket first has the event. Tickets count up; as many as `MAX_HELD` in a
 * row can be open.
 */
export class Claims {
  private readonly open: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(MAX_HELD * Int32Array.BYTES_PER_ELEMENT)) {
    this.open = new Int32Array(shared);
  }

  /** @param ticket from 1 */
  offer(ticket: number): void {
    Atomics.store(this.open, ticket % MAX_HELD, ticket);
  }

  /** Whether the event is the caller's: nobody else has claimed it. */
  claim(ticket: number): boolean {
    return Atomics.compareExchange(this.open, ticket % MAX_HELD, ticket, 0) === ticket;
  }
}
