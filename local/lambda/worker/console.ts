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

/** Collects what is written to a stream into lines. @param emit undefined when nobody reads them */
function lineWriter(emit: ((line: string) => void) | undefined): NodeJS.WriteStream['write'] {
  let rest = '';
  const collect = (chunk: string | Uint8Array, to: (line: string) => void) => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop()!;
    lines.forEach(to);
  };
  return ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    if (emit) collect(chunk, emit);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') (done as () => void)();
    return true;
  }) as NodeJS.WriteStream['write'];
}

/** Sends `console`, and what loggers write to the standard streams themselves, to `log`, or nowhere. */
export function captureOutput(log: Log, isRead: boolean): void {
  process.stdout.write = lineWriter(isRead ? (line) => log('INFO', line) : undefined);
  process.stderr.write = lineWriter(isRead ? (line) => log('ERROR', line) : undefined);
  const methods = Object.entries(LEVELS).map(([method, level]) => [
    method,
    (...args: unknown[]) => log(level, format(...args)),
  ]);
  Object.assign(console, Object.fromEntries(methods));
}
