import type { PreflightCheck } from '../aws/preflight';
import type { Creation } from '../aws/cost';
import { defineMessage } from '../message';
import type { CheckRow } from '../quickstart/check';
import { table } from '../table';

/** A demo account with its key, and the state that it is in. */
export interface ShownAccount {
  readonly id: string;
  /** What its first call is answered, for people. */
  readonly shows: string;
  readonly plan: string | null;
  readonly key: string;
}

export interface ShownCall {
  readonly title: string;
  readonly expected: string;
  readonly curl: string;
}

export interface QuickstartReady {
  readonly url: string;
  readonly accounts: readonly ShownAccount[];
  readonly calls: readonly ShownCall[];
  /** What to do next. */
  readonly next: readonly string[];
}

export const quickstartMessages = {
  step: defineMessage<{ step: string; detail: string }>(
    'Step',
    'progress',
    ({ step, detail }, paint) => `${paint.dim(step.padEnd(9))} ${detail}`,
  ),
  ready: defineMessage<QuickstartReady>(
    'QuickstartReady',
    'result',
    ({ url, accounts, calls, next }, paint) =>
      [
        '',
        `${paint.bold('API')}  ${paint.cyan(url)}`,
        '',
        ...table(accounts.map(({ id, plan, key, shows }) => [`  ${id}`, plan ?? '-', key, shows])),
        '',
        ...calls.flatMap(({ title, expected, curl }) => [
          `  ${paint.dim(`# ${title}:`)} ${paint.bold(expected)}`,
          `  ${curl}`,
        ]),
        '',
        ...next,
      ].join('\n'),
  ),
  checked: defineMessage<{ rows: readonly CheckRow[]; passed: boolean; seconds: number }>(
    'QuickstartChecked',
    'result',
    ({ rows, passed, seconds }, paint) => {
      const [head = '', ...lines] = table([
        ['case', 'expected', 'actual', ''],
        ...rows.map((row) => [row.title, row.expected, row.actual, row.passed ? 'ok' : 'DIFFERENT']),
      ]);
      const wrong = rows.filter((row) => !row.passed).length;
      return [
        paint.bold(head),
        ...lines.map((line, i) => (rows[i]?.passed ? line : paint.red(line))),
        passed
          ? paint.green(`all ${rows.length} cases answered as expected, ${seconds} s`)
          : paint.red(`${wrong} of ${rows.length} cases answered otherwise, ${seconds} s`),
      ].join('\n');
    },
  ),
  preflight: defineMessage<{ checks: readonly { name: string; found?: string; missing?: string }[] }>(
    'Preflight',
    'progress',
    ({ checks }, paint) =>
      checks
        .map(({ name, found }) =>
          found === undefined
            ? `${paint.red('missing')}  ${name}`
            : `${paint.green('ok')}       ${name.padEnd(11)}  ${found}`,
        )
        .join('\n'),
  ),
  plan: defineMessage<Creation & { stack: string; account: string; region: string }>(
    'DeploymentPlan',
    'progress',
    ({ stack, account, region, resources, cost }, paint) =>
      [
        `The stack ${paint.bold(stack)} in account ${account}, ${region}:`,
        ...table(resources.map(([type, count]) => [`  ${count}`.padStart(5), type])),
        `Rough cost: $${cost.idle.toFixed(2)} a month when nobody calls, about $${cost.perMillionCalls} for a million calls.`,
      ].join('\n'),
  ),
  toolkit: defineMessage<{ line: string }>('Toolkit', 'progress', ({ line }, paint) => paint.dim(line)),
  destroyed: defineMessage<{ stack: string; region: string }>(
    'QuickstartDestroyed',
    'result',
    ({ stack, region }) => `The stack ${stack} in ${region} and everything in it is gone.`,
  ),
} as const;

/** What was found, and the code of what is missing; the error that follows explains it. */
export function preflightMessage(checks: readonly PreflightCheck[]) {
  return quickstartMessages.preflight({
    checks: checks.map(({ name, found, missing }) => ({
      name,
      ...(found === undefined ? {} : { found }),
      ...(missing === undefined ? {} : { missing: missing.code }),
    })),
  });
}
