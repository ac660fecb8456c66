import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId } from '../input';
import { succeeded, type CommandResult } from '../message';
import { describeKey, keyMessages } from '../messages/keys';

export async function listKeys(
  id: string,
  options: TargetOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async ({ admin, now }) => {
    if (!(await admin.findAccount(accountId))) throw errors.noSuchAccount(accountId);
    const keys = (await admin.listKeys(accountId)).map((key) => describeKey(key, now()));
    return succeeded(keyMessages.keysListed({ account: accountId, keys }));
  });
}
