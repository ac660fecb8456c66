import { dailyUsage, type DayUsage } from '../../lib/domain/daily-usage';
import { Catalogue } from '../../lib/domain/catalogue';
import { usageOf } from '../../lib/domain/usage';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId } from '../input';
import { succeeded, type CommandResult } from '../message';
import { usageMessages } from '../messages/usage';

/** Usage for people and programs; instants are ISO 8601. */
export interface ShownUsage {
  readonly account: string;
  readonly target: string;
  readonly plan: string | null;
  /** Absent: the plan has no quota, so that nothing is counted. */
  readonly quota?: {
    readonly period: string;
    readonly limit: number;
    readonly used: number;
    readonly remaining: number;
    readonly overage: number;
    readonly startedAt: string;
    readonly resetsAt: string;
  };
  /** Who counts in place of the authorizer; absent: nobody else. */
  readonly countedBy?: 'usage-plan';
  /** Bought units that outlive the period. */
  readonly credits: number;
  /** By UTC days, the last one today; empty where nothing is counted. */
  readonly days: readonly DayUsage[];
}

export async function showUsage(
  id: string,
  options: TargetOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async (accounts) => {
    const { admin, catalogue, target, now: nowThere } = accounts;
    const account = await admin.findAccount(accountId);
    if (!account) throw errors.noSuchAccount(accountId);
    const now = nowThere();
    const plan = account.plan === undefined ? undefined : new Catalogue(catalogue).plan(account.plan);
    const usage = usageOf(account, plan, now);
    const shown: ShownUsage = {
      account: accountId,
      target,
      plan: account.plan ?? null,
      ...(usage && {
        quota: {
          period: usage.quota.period,
          limit: usage.limit,
          used: usage.used,
          remaining: usage.remaining,
          overage: usage.overage,
          startedAt: new Date(usage.start).toISOString(),
          resetsAt: new Date(usage.end).toISOString(),
        },
      }),
      ...(catalogue.quotaEnforcement === 'usage-plan' && { countedBy: 'usage-plan' as const }),
      credits: account.credits ?? 0,
      days: usage ? dailyUsage(account.daily, usage.start, now) : [],
    };
    return succeeded(usageMessages.usageShown(shown));
  });
}
