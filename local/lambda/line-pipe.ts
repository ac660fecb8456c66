/** Characters that may be unread. */
const CAPACITY = 262_144;
/** What a line costs besides its characters. */
const LINE_COST = 64;

/**
 * How much of what a thread wrote the engine has not read yet. Like a pipe that is full it makes the writer wait: a function
 * that writes lines without end would otherwise keep the engine from everything else, and fill its memory.
 */
export class LinePipe {
  private readonly unread: Int32Array;

  constructor(readonly shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.unread = new Int32Array(shared);
  }

  /** Before a line is sent. Blocks the thread while too much is unread. */
  write(line: string): void {
    for (let unread = this.load(); unread > CAPACITY; unread = this.load())
      Atomics.wait(this.unread, 0, unread);
    Atomics.add(this.unread, 0, line.length + LINE_COST);
  }

  /** When a line has arrived. */
  read(line: string): void {
    const size = line.length + LINE_COST;
    const before = Atomics.sub(this.unread, 0, size);
    if (before > CAPACITY / 2 && before - size <= CAPACITY / 2) Atomics.notify(this.unread, 0);
  }

  private load(): number {
    return Atomics.load(this.unread, 0);
  }
}
