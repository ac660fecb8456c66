import type { DayUsage } from '../../lib/domain/daily-usage';
import { defineMessage, type Paint } from '../message';
import { table } from '../table';
import type { ShownUsage } from '../usage/show';

const BAR_WIDTH = 30;

export const usageMessages = {
  usageShown: defineMessage<ShownUsage>('UsageShown', 'result', (usage, paint) =>
    [
      `usage of account ${paint.bold(usage.account)} on ${usage.target}, plan ${usage.plan ?? 'none'}`,
      ...(usage.quota ? describe(usage, usage.quota, paint) : [`  ${uncounted(usage)}`]),
    ].join('\n'),
  ),
} as const;

function uncounted({ countedBy }: ShownUsage): string {
  return countedBy === 'usage-plan'
    ? 'Usage plans of API Gateway count its quota; what is left is known to them alone.'
    : 'There is no quota, so nothing is counted.';
}

function describe(
  { credits, days }: ShownUsage,
  { limit, used, remaining, overage, period, resetsAt }: NonNullable<ShownUsage['quota']>,
  paint: Paint,
): string[] {
  const percent = Math.floor((used / limit) * 100);
  return [
    `  used       ${used} of ${limit} units per ${period} (${percent} %)`,
    `  remaining  ${remaining}`,
    ...(credits > 0 ? [`  credits    ${credits} bought units`] : []),
    ...(overage > 0 ? [`  overage    ${overage} units beyond the limit`] : []),
    `  resets at  ${resetsAt}`,
    '',
    ...daily(days, paint),
  ];
}

/** The longest bar is that of the day with the most units. */
function daily(days: readonly DayUsage[], paint: Paint): string[] {
  const most = Math.max(1, ...days.map(({ units }) => units));
  const bar = (units: number): string => '█'.repeat(Math.ceil((units / most) * BAR_WIDTH));
  return table(days.map(({ date, units }) => [`  ${date}`, String(units), bar(units)])).map((line) =>
    line.replace(/█+$/, (blocks) => paint.cyan(blocks)),
  );
}
