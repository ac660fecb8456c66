import type { Message, OutputPort, Paint } from './message';

/** Where a terminal's text goes; lines without their line break. */
export interface TerminalStreams {
  out(line: string): void;
  err(line: string): void;
}

/** For people: everything that is said, errors and warnings aside on the error stream. */
export class TextOutput implements OutputPort {
  constructor(
    private readonly streams: TerminalStreams,
    private readonly paint: Paint,
  ) {}

  send(message: Message): void {
    const text = message.text(this.paint);
    if (message.level === 'error' || message.level === 'warning') this.streams.err(text);
    else this.streams.out(text);
  }
}

/** For programs: results alone on the output stream, one JSON object a line; all the rest on the error stream. */
export class JsonOutput implements OutputPort {
  constructor(private readonly streams: TerminalStreams) {}

  send({ code, level, data }: Message): void {
    if (level === 'result') this.streams.out(JSON.stringify({ code, ...data }));
    else this.streams.err(JSON.stringify({ code, level, ...data }));
  }
}
