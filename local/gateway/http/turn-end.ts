/**
 * What is done at the end of a turn of the event loop, all together. Answers are, as waking a client costs more than
 * answering it: of several answers in a row only the first has to.
 */
export class TurnEnd {
  private readonly tasks: (() => void)[] = [];

  add(task: () => void): void {
    if (this.tasks.push(task) === 1) setImmediate(() => this.run());
  }

  private run(): void {
    try {
      for (let task = this.tasks.shift(); task; task = this.tasks.shift()) task();
    } finally {
      // One that throws does not keep the others from their turn.
      if (this.tasks.length > 0) setImmediate(() => this.run());
    }
  }
}
