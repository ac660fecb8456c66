import type { CliError } from '../errors';
import { defineMessage, type Message } from '../message';

export const generalMessages = {
  help: defineMessage<{ text: string }>('Help', 'result', ({ text }) => text.trimEnd()),
  declined: defineMessage<object>('Declined', 'notice', () => 'Nothing was changed.'),
} as const;

/** An error as the terminal shows it: what was wrong, then what is right. */
export function errorMessage(error: Pick<CliError, 'code' | 'message' | 'fix'>): Message {
  return {
    code: error.code,
    level: 'error',
    data: { message: error.message, ...(error.fix === undefined ? {} : { fix: error.fix }) },
    text: (paint) =>
      `${paint.red('error:')} ${error.message} ${paint.dim(`[${error.code}]`)}${error.fix === undefined ? '' : `\n  ${error.fix}`}`,
  };
}
