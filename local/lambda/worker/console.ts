import { format } from 'node:util';
import { type LogLevel } from '../messages';

export type Log = (level: LogLevel, message: string) => void;

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
const LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

/** Collects what is written to a stream into lines. */
class LineWriter {
  private rest = '';

  /** @param emit undefined when nobody reads them */
  constructor(private readonly emit: ((line: string) => void) | undefined) {}

  readonly write = ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    if (this.emit) this.collect(chunk, this.emit);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') (done as () => void)();
    return true;
  }) as NodeJS.WriteStream['write'];

  /** Takes what lacks its end of line for a line. */
  flush(): void {
    if (this.rest === '') return;
    this.emit?.(this.rest);
    this.rest = '';
  }

  private collect(chunk: string | Uint8Array, to: (line: string) => void): void {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    lines.forEach(to);
  }
}

/**
 * Sends `console`, and what loggers write to the standard streams themselves, to `log`, or nowhere.
 *
 * @returns to be called at the end of an event: a line that has not ended belongs to it nevertheless
 */
export function captureOutput(log: Log, isRead: boolean): () => void {
  const stdout = new LineWriter(isRead ? (line) => log('INFO', line) : undefined);
  const stderr = new LineWriter(isRead ? (line) => log('ERROR', line) : undefined);
  process.stdout.write = stdout.write;
  process.stderr.write = stderr.write;
  const methods = Object.entries(LEVELS).map(([method, level]) => [
    method,
    (...args: unknown[]) => log(level, format(...args)),
  ]);
  Object.assign(console, Object.fromEntries(methods));
  return () => {
    stdout.flush();
    stderr.flush();
  };
}
