import type { DemoCase } from './cases';
import { call, type Answer } from './http-call';

/** One row of the table of `--check`. */
export interface CheckRow {
  readonly title: string;
  readonly expected: string;
  readonly actual: string;
  readonly passed: boolean;
}

/**
 * Makes the calls of each case over HTTP, one case after the other.
 *
 * @param baseUrl URL of the stage, with a trailing slash
 * @param keys key by account id
 */
export async function runChecks(
  cases: readonly DemoCase[],
  baseUrl: string,
  keys: ReadonlyMap<string, string>,
): Promise<CheckRow[]> {
  const rows: CheckRow[] = [];
  for (const demo of cases) rows.push(await runCheck(demo, baseUrl, keys));
  return rows;
}

async function runCheck(
  demo: DemoCase,
  baseUrl: string,
  keys: ReadonlyMap<string, string>,
): Promise<CheckRow> {
  const url = new URL(demo.path, baseUrl).href;
  const key = demo.credential(keys);
  const answers: Answer[] = [];
  try {
    if (demo.atOnce) {
      answers.push(...(await Promise.all(Array.from({ length: demo.calls }, () => call(url, key)))));
    } else {
      for (let i = 0; i < demo.calls; i++) answers.push(await call(url, key));
    }
  } catch (error) {
    const actual = `no answer: ${(error as Error).message}`;
    return { title: demo.title, expected: demo.expected.text, actual, passed: false };
  }
  return {
    title: demo.title,
    expected: demo.expected.text,
    actual: describeAnswers(answers, demo.atOnce),
    passed: demo.expected.holds(answers),
  };
}

/** `5 x 200, then 402 quota_exceeded`; calls made at once have no order: `2 x 200, 8 x 429`. */
export function describeAnswers(answers: readonly Answer[], atOnce: boolean): string {
  const labels = answers.map(({ status, reason }) =>
    reason === undefined ? `${status}` : `${status} ${reason}`,
  );
  if (atOnce) labels.sort();
  const runs: { label: string; count: number }[] = [];
  for (const label of labels) {
    const last = runs.at(-1);
    if (last?.label === label) last.count += 1;
    else runs.push({ label, count: 1 });
  }
  return runs
    .map(({ label, count }) => (count === 1 ? label : `${count} x ${label}`))
    .join(atOnce ? ', ' : ', then ');
}
