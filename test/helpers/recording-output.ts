import { PLAIN, type Message, type OutputPort } from '../../cli/message';

/** Keeps what a command said. */
export class RecordingOutput implements OutputPort {
  readonly messages: Message[] = [];

  send(message: Message): void {
    this.messages.push(message);
  }

  get codes(): string[] {
    return this.messages.map(({ code }) => code);
  }

  /** The first message with this code. */
  find(code: string): Message {
    const found = this.messages.find((message) => message.code === code);
    if (!found) throw new Error(`no message ${code}, there are ${this.codes.join(', ') || 'none'}`);
    return found;
  }

  /** Everything that was said, as plain text. */
  get text(): string {
    return this.messages.map((message) => message.text(PLAIN)).join('\n');
  }
}
