import { CONFLICT_ADVICE } from '../../lib/domain/billing/link-conflict';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';

/** A conflict for people and programs; instants are ISO 8601. */
export interface ShownConflict {
  readonly account: string | null;
  readonly provider: string;
  readonly customer: string;
  readonly conflict: string;
  readonly source: string;
  readonly since: string;
  readonly keptUntil: string;
  /** What may be done about it. */
  readonly hint: string;
}

/** Lists payments that were kept from an account, for a person to decide on. */
export async function listConflicts(options: TargetOptions, context: CliContext): Promise<CommandResult> {
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async ({ admin, target }) => {
    const conflicts = (await admin.listLinkConflicts()).map(
      ({ account = null, provider, customer, conflict, source, since, keptUntil }): ShownConflict => ({
        account,
        provider,
        customer,
        conflict,
        source,
        since: new Date(since).toISOString(),
        keptUntil: new Date(keptUntil).toISOString(),
        hint: CONFLICT_ADVICE[conflict],
      }),
    );
    return succeeded(accountMessages.conflictsListed({ target, conflicts }));
  });
}
