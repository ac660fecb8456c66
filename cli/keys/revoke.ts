import { translateConflict } from '../accounts/conflict';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { parseAccountId } from '../input';
import { succeeded, type CommandResult } from '../message';
import { describeKey, keyMessages } from '../messages/keys';

/** Ends a key. */
export async function revokeKey(
  id: string,
  keyId: string,
  options: TargetOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, ({ admin, now }) =>
    translateConflict(accountId, async () => {
      const key = await admin.findKey(accountId, keyId);
      await admin.revokeKey(accountId, key.fingerprint);
      return succeeded(keyMessages.keyRevoked({ account: accountId, ...describeKey(key, now()) }));
    }),
  );
}
