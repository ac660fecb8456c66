import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId, parseRoute } from '../input';
import { succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';
import { standingOf } from './standing';

export interface ShowAccountOptions extends TargetOptions {
  /** `VERB /path`; absent: any paid method of the plan. */
  readonly route?: string;
}

export async function showAccount(
  id: string,
  options: ShowAccountOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const route = options.route === undefined ? undefined : parseRoute(options.route);
  const deployment = await findDeployment(options, context);
  return await withAccounts(
    deployment,
    options.authorizer,
    context.now,
    async ({ target, catalogue, admin, now }) => {
      const account = await admin.findAccount(accountId);
      if (!account) throw errors.noSuchAccount(accountId);
      const standing = standingOf(account, catalogue, now(), route);
      return succeeded(accountMessages.accountShown({ target, standing }));
    },
  );
}
