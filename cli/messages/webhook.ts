import { defineMessage, type Paint } from '../message';
import type { Answer } from '../quickstart/http-call';
import { table } from '../table';
import type { ShownEvent } from '../webhook/failed-events';
import { isTaken, type PlayedRow } from '../webhook/play';
import { statusText } from './serving';

interface Started {
  readonly scenario: string;
  readonly account: string;
  readonly plan: string;
  /** `VERB /path` that is called. */
  readonly route: string;
}

interface Played extends Started {
  readonly customer: string;
  readonly rows: readonly PlayedRow[];
  /** Whether every event was taken. */
  readonly complete: boolean;
  /** Options and props without which what was played has no effect. */
  readonly missing: readonly string[];
  /** Within which an end that was not scheduled bites; absent: what ended was. */
  readonly leaseDurationMs?: number;
  /** How far the engine's clock is ahead afterwards. */
  readonly clockOffsetMs: number;
}

/** Widths of the columns: rows are shown as they come, before the widest is known. */
const WIDTHS = { time: 8, event: 29, webhook: 22, answer: 25 } as const;
const HOUR_MS = 3_600_000;

export const webhookMessages = {
  scenariosListed: defineMessage<{ scenarios: readonly { name: string; description: string }[] }>(
    'ScenariosListed',
    'result',
    ({ scenarios }) => table(scenarios.map(({ name, description }) => [name, description])).join('\n'),
  ),
  scenarioStarts: defineMessage<Started>(
    'ScenarioStarts',
    'progress',
    ({ scenario, account, plan, route }, paint) =>
      [
        `${paint.bold(scenario)}: account ${paint.bold(account)}, plan ${plan}, calls of ${route}`,
        paint.dim(line(['time', 'event', 'webhook', 'call before', 'call after, and what is happening'])),
      ].join('\n'),
  ),
  rowPlayed: defineMessage<PlayedRow>('RowPlayed', 'progress', (row, paint) =>
    [
      elapsed(row.elapsedMs).padEnd(WIDTHS.time),
      (row.event?.replace('customer.subscription', 'subscription') ?? '-').padEnd(WIDTHS.event),
      webhookText(row, paint),
      answerText(row.before, paint),
      answerText(row.after, paint),
      paint.dim(row.text),
    ].join('  '),
  ),
  scenarioPlayed: defineMessage<Played>(
    'ScenarioPlayed',
    'result',
    ({ scenario, account, rows, complete, missing, leaseDurationMs, clockOffsetMs }, paint) => {
      const last = rows.at(-1);
      const ahead = Math.round(clockOffsetMs / HOUR_MS);
      return [
        '',
        ...(missing.length === 0
          ? []
          : [`${paint.yellow('missing:')} for a ${scenario} to end access, ${missing.join(', and ')}`]),
        complete
          ? `The account is on ${last?.plan ?? 'no plan'}; its access ends ${last?.accessUntil ?? 'not, or has not begun'}.`
          : `${paint.red('stopped:')} the webhook did not take the last event; the engine's output says why.`,
        ...(leaseDurationMs === undefined
          ? []
          : [
              `An end that was not scheduled bites within leaseDuration (${leaseDurationMs / 1000} seconds): callers are served`,
              'what they have taken ahead, so that a call right after the event may still be 200.',
            ]),
        `See it with: ${paint.cyan(`paywall accounts show ${account}`)}`,
        ...(ahead === 0
          ? []
          : [
              `The engine's clock is ${elapsed(clockOffsetMs)} ahead; it stays so until the engine is stopped.`,
            ]),
      ].join('\n');
    },
  ),
  eventReplayed: defineMessage<ShownEvent & { applied: boolean }>(
    'EventReplayed',
    'progress',
    (event, paint) => `${event.applied ? paint.green('applied') : paint.red('failed ')}  ${eventText(event)}`,
  ),
  eventsReplayed: defineMessage<{
    target: string;
    applied: readonly ShownEvent[];
    failed: readonly ShownEvent[];
  }>('EventsReplayed', 'result', ({ target, applied, failed }) => {
    if (applied.length + failed.length === 0) return `There are no failed events on ${target}.`;
    const rest =
      failed.length === 0
        ? ''
        : ` ${failed.length} failed again and stay in the queue: the log of the function says why.`;
    return `${applied.length} applied on ${target}.${rest}`;
  }),
  failedEventsListed: defineMessage<{ target: string; events: readonly ShownEvent[] }>(
    'FailedEventsListed',
    'result',
    ({ target, events }, paint) =>
      events.length === 0
        ? `There are no failed events on ${target}.`
        : [
            ...events.flatMap((event) => [eventText(event), paint.dim(`  ${event.error ?? 'not an event'}`)]),
            `${events.length} on ${target}; nothing was applied.`,
          ].join('\n'),
  ),
} as const;

function eventText({ messageId, event, type, provider, receivedAt }: ShownEvent): string {
  if (provider === null) return `message ${messageId}, which is no event`;
  return `${event} ${type}, from ${provider} at ${receivedAt}`;
}

/** `+30d 1h`, to the hour; what is less is `+0d`. */
function elapsed(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  const rest = hours % 24;
  return `+${Math.floor(hours / 24)}d${rest === 0 ? '' : ` ${rest}h`}`;
}

function webhookText({ delivery }: PlayedRow, paint: Paint): string {
  if (!delivery) return '-'.padEnd(WIDTHS.webhook);
  const text = `${delivery.status} ${delivery.outcome}`.padEnd(WIDTHS.webhook);
  return isTaken(delivery) ? text : paint.red(text);
}

function answerText({ status, reason }: Answer, paint: Paint): string {
  // Padded before it is coloured: colours have a length, and no width.
  const rest = `${reason === undefined ? '' : ` ${reason}`}`.padEnd(WIDTHS.answer - String(status).length);
  return `${statusText(status, paint)}${rest}`;
}

function line([time = '', event = '', webhook = '', before = '', after = '']: readonly string[]): string {
  const { time: a, event: b, webhook: c, answer } = WIDTHS;
  return [time.padEnd(a), event.padEnd(b), webhook.padEnd(c), before.padEnd(answer), after].join('  ');
}
