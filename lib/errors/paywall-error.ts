import type { BrokenRule } from './broken-rule';

/**
 * Thrown at synthesis when props break rules: all of them at once, before anything is created.
 *
 * The codes are public contract, the messages are not. The class is not exported, as jsii knows no errors of one's
 * own: tell it by `name === 'PaywallError'`. The message begins with the code or holds a line for each.
 */
export class PaywallError extends Error {
  /** Code of the first broken rule. */
  public readonly code: string;
  /** Path of the construct whose props are wrong. */
  public readonly constructPath: string;
  /** Every broken rule, in the order of the props. */
  public readonly rules: BrokenRule[];

  constructor(constructPath: string, rules: BrokenRule[]) {
    super(describe(constructPath, rules));
    this.name = 'PaywallError';
    this.code = rules[0]?.code ?? 'Unknown';
    this.constructPath = constructPath;
    this.rules = rules;
  }
}

function describe(path: string, rules: readonly BrokenRule[]): string {
  const [only] = rules;
  if (only !== undefined && rules.length === 1) return `${only.code}: ${only.message} [${path}]`;
  return [
    `${rules.length} rules are broken [${path}]`,
    ...rules.map((r) => `- ${r.code}: ${r.message}`),
  ].join('\n');
}
