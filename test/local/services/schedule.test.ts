import { MovableClock } from '../../../local/clock';
import { Agenda } from '../../../local/services/agenda';
import { compileSchedule, runSchedule } from '../../../local/services/events/schedule';
import { until } from './support';

const START = Date.UTC(2030, 0, 1, 0, 0, 30);
const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;

test.each([
  ['rate(1 minute)', 20 * YEAR_MS, START + 20 * YEAR_MS],
  ['cron(* * * * ? *)', 20 * YEAR_MS, Date.UTC(2030, 0, 1) + 20 * YEAR_MS],
  ['cron(0 4 1 * ? *)', 3 * YEAR_MS, Date.UTC(2032, 11, 1, 4)],
  ['cron(0 4 1 1 ? *)', 3 * YEAR_MS, Date.UTC(2032, 0, 1, 4)],
  ['cron(* * * * ? 2030-2036)', 9 * YEAR_MS, Date.UTC(2036, 11, 31, 23, 59)],
  ['rate(1 day)', 36 * 60 * MINUTE_MS, START + 24 * 60 * MINUTE_MS],
])('%s, moved far, fires once, for the last time that is over', async (expression, by, expected) => {
  const clock = new MovableClock(START - Date.now());
  const agenda = new Agenda(clock);
  const fired: number[] = [];
  runSchedule(compileSchedule(expression, START), agenda, START, (instant) => fired.push(instant));
  clock.advance(by);
  await until(() => fired.length > 0);
  agenda.close();
  expect(fired.map((instant) => new Date(instant).toISOString())).toEqual([new Date(expected).toISOString()]);
});

test.each(['rate(0 minutes)', 'rate(1 hours)', 'rate(5 hour)', 'rate(1 week)', 'at(2030-01-01T00:00:00)'])(
  '%s is no schedule of a rule',
  (expression) => {
    expect(() => compileSchedule(expression, START)).toThrow(SyntaxError);
  },
);
