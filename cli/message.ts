/** Where a message stands: `result` is what a program reads, `error` ends the command. */
export type Level = 'progress' | 'notice' | 'warning' | 'result' | 'error';

/** Text styles. The terminal colours; everything else leaves the text as it is. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const same = (text: string): string => text;

export const PLAIN: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** One thing that a command has to say: a stable code and data for programs, a text for people. */
export interface Message {
  /** PascalCase, public contract. */
  readonly code: string;
  readonly level: Level;
  readonly data: Readonly<Record<string, unknown>>;
  text(paint: Paint): string;
}

/** Where commands send what they have to say; only `bin/` prints. */
export interface OutputPort {
  send(message: Message): void;
}

/** What a command ends with: its last message, and whether it did what was asked. */
export interface CommandResult {
  readonly message: Message;
  readonly exitCode: 0 | 1;
}

/** Declares a message, so that each code is written in one place only. */
export function defineMessage<D extends object>(
  code: string,
  level: Level,
  text: (data: D, paint: Paint) => string,
): (data: D) => Message {
  return (data) => ({
    code,
    level,
    data: data as Readonly<Record<string, unknown>>,
    text: (paint) => text(data, paint),
  });
}

export function succeeded(message: Message): CommandResult {
  return { message, exitCode: 0 };
}

export function failed(message: Message): CommandResult {
  return { message, exitCode: 1 };
}
