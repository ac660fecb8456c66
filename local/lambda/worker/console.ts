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
function lineWriter(emit: (line: string) => void): NodeJS.WriteStream['write'] {
  let rest = '';
  return ((chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop()!;
    lines.forEach(emit);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') (done as () => void)();
    return true;
  }) as NodeJS.WriteStream['write'];
}

/** Sends `console`, and what loggers write to the standard streams themselves, to `log`. */
export function captureOutput(log: Log): void {
  process.stdout.write = lineWriter((line) => log('INFO', line));
  process.stderr.write = lineWriter((line) => log('ERROR', line));
  const methods = Object.entries(LEVELS).map(([method, level]) => [
    method,
    (...args: unknown[]) => log(level, format(...args)),
  ]);
  Object.assign(console, Object.fromEntries(methods));
}
