/** Name of the stack unless `--stack-name` says otherwise. */
export const QUICK_START_STACK_NAME = 'QuickStart';

/** URL of the stage among a stack's outputs: that of `RestApi`, whose name ends in a hash. */
export function urlOutput(outputs: Readonly<Record<string, string>>): string | undefined {
  return Object.values(outputs).find((value) => /^https?:\/\/.*execute-api/.test(value));
}
