import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { parseAccountId } from '../input';
import { succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';
import { tellProvisioner } from '../usage-keys/tell-provisioner';
import { translateConflict } from './conflict';
import { draftAccount, type DraftOptions } from './draft';
import { standingOf } from './standing';

export interface CreateAccountOptions extends TargetOptions, DraftOptions {}

export async function createAccount(
  id: string,
  options: CreateAccountOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async (accounts) => {
    const { target, catalogue, admin, now: nowThere } = accounts;
    const now = nowThere();
    const { plan, ...access } = draftAccount(options, catalogue, now);
    const account = await translateConflict(accountId, () =>
      admin.createAccount({ accountId, plan, access }),
    );
    // Without a plan it needs no API Gateway key.
    if (plan !== undefined) await tellProvisioner([accountId], accounts, context);
    return succeeded(
      accountMessages.accountCreated({ target, standing: standingOf(account, catalogue, now) }),
    );
  });
}
