import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { AccessLogEntry } from '../../local/contract';
import type { CliContext } from '../context';
import { errors } from '../errors';
import { servingMessages } from '../messages/serving';

/** In place of a file: the terminal. */
const TERMINAL = '-';

/** Where the access logs of the stages go. */
export interface AccessLog {
  write(entry: AccessLogEntry): void;
  close(): void;
}

/**
 * @param target a file, made when it is not there and else appended to, or `-` for the terminal
 * @throws CliError AccessLogNotWritable
 */
export function openAccessLog(target: string, { cwd, output }: CliContext): AccessLog {
  if (target === TERMINAL) {
    return {
      write: ({ apiLogicalId, stage, line }) =>
        output.send(servingMessages.accessLogged({ api: apiLogicalId, stage, line })),
      close: () => undefined,
    };
  }
  const file = resolve(cwd, target);
  const opened = openForAppending(file);
  let broken = false;
  return {
    write: ({ line }) => {
      if (broken) return;
      try {
        writeSync(opened, `${line}\n`);
      } catch (error) {
        // The API is served nevertheless; a full disk is told of once.
        broken = true;
        output.send(servingMessages.accessLogBroken({ file, reason: (error as Error).message }));
      }
    },
    close: () => closeSync(opened),
  };
}

function openForAppending(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (cause) {
    throw errors.accessLogNotWritable(file, cause);
  }
}
