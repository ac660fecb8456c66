import { type Agenda } from '../agenda';
import { cron, type NextInstant } from './cron';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Compiles `rate(...)` or `cron(...)`. A rate counts from the start of the engine, as it counts from the creation of
 * the rule on AWS.
 *
 * @throws SyntaxError
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function compileSchedule(expression: string, startedAt: number): NextInstant {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const value = Number(rate[1]);
    if (value === 0) throw new SyntaxError('a rate is at least 1');
    if ((value === 1) !== (rate[3] === '')) {
      throw new SyntaxError(`${expression}: the unit of 1 is singular, of more plural`);
    }
    const periodMs = value * UNIT_MS[rate[2]!]!;
    return (after) => startedAt + (Math.max(0, Math.floor((after - startedAt) / periodMs)) + 1) * periodMs;
  }
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1];
  if (fields === undefined) throw new SyntaxError(`${expression} is neither rate(...) nor cron(...)`);
  return cron(fields);
}

/** The last instant up to now, found by halving what is left: a clock can be moved over millions of them. */
function lastDue(next: NextInstant, due: number, now: number): number {
  let last = due;
  let end = Math.floor(now);
  while (last < end) {
    const middle = last + Math.ceil((end - last) / 2);
    const found = next(middle - 1);
    if (found !== undefined && found <= end) last = found;
    else end = middle - 1;
  }
  return last;
}

/**
 * Fires at the instants of a schedule, never twice for the same one. When the clock is moved over several of them, it
 * fires once, for the last: whatever it starts sees the moved clock anyway.
 *
 * @param after the last instant that is over, for example the last one that it fired for
 * @returns how to stop it
 */
export function runSchedule(
  next: NextInstant,
  agenda: Agenda,
  after: number,
  fire: (instant: number) => void,
): () => void {
  let cancel = () => {};
  const plan = (over: number) => {
    const instant = next(over);
    if (instant !== undefined) cancel = agenda.at(instant, () => catchUp(instant));
  };
  const catchUp = (due: number) => {
    const last = lastDue(next, due, agenda.clock.now());
    plan(last);
    fire(last);
  };
  plan(after);
  return () => cancel();
}
