import { MAX_HELD } from './claims';

/** Most answers are shorter; the others go as messages. */
const SLOT_BYTES = 16_384;
/** A character has at most three bytes. */
const MAX_CHARS = Math.floor(SLOT_BYTES / 3);
/** States: the bell, then one for each slot. */
const BELL = 0;
const STATE_BYTES = (1 + MAX_HELD) * Int32Array.BYTES_PER_ELEMENT;

/**
 * Where a thread leaves its answers for the engine: a message for each would cost both of them more than a fast handler
 * does. Whoever is first to leave one since the engine last looked has to wake it. As an answer is there as soon as it
 * is given, one that follows it and never ends, or ends the thread, takes nothing away from it.
 */
export class AnswerSlots {
  private readonly states: Int32Array;
  private readonly bytes: Buffer;

  constructor(readonly shared = new SharedArrayBuffer(STATE_BYTES + MAX_HELD * SLOT_BYTES)) {
    this.states = new Int32Array(shared, 0, 1 + MAX_HELD);
    this.bytes = Buffer.from(shared, STATE_BYTES);
  }

  /**
   * @param ticket of the event, see Claims
   * @returns whether the engine has to be woken; undefined when the answer is empty, or too long for a slot
   */
  put(ticket: number, answer: string): boolean | undefined {
    if (answer.length === 0 || answer.length > MAX_CHARS) return undefined;
    const slot = ticket % MAX_HELD;
    const length = this.bytes.write(answer, slot * SLOT_BYTES, 'utf8');
    Atomics.store(this.states, 1 + slot, length);
    return Atomics.exchange(this.states, BELL, 1) === 0;
  }

  /** To be called before `take`: of what is left from now on the engine is told again. */
  wake(): void {
    Atomics.store(this.states, BELL, 0);
  }

  /** @returns undefined when there is no answer yet */
  take(ticket: number): string | undefined {
    const slot = ticket % MAX_HELD;
    const length = Atomics.exchange(this.states, 1 + slot, 0);
    if (length === 0) return undefined;
    const start = slot * SLOT_BYTES;
    return this.bytes.toString('utf8', start, start + length);
  }
}
