import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId } from '../input';
import { failed, succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';
import { generalMessages } from '../messages/general';
import { tellProvisioner } from '../usage-keys/tell-provisioner';

export interface EraseAccountOptions extends TargetOptions {
  readonly yes?: boolean;
}

/** Deletes an account with its keys and everything that billing knows of it. */
export async function eraseAccount(
  id: string,
  options: EraseAccountOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async (accounts) => {
    const { admin, target } = accounts;
    if (!options.yes) {
      if (!context.ask) throw errors.confirmationNeeded();
      const question = `Erase account ${accountId} on ${target}, with its keys and billing, for good?`;
      if (!(await context.ask(question))) return failed(generalMessages.declined({}));
    }
    const items = await admin.erase(accountId);
    if (items === 0) throw errors.noSuchAccount(accountId);
    await tellProvisioner([accountId], accounts, context);
    return succeeded(accountMessages.accountErased({ account: accountId, target, items }));
  });
}
