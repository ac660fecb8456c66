import { translateConflict } from '../accounts/conflict';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { parseAccountId, parseOverlap } from '../input';
import { succeeded, type CommandResult } from '../message';
import { describeKey, keyMessages } from '../messages/keys';

export interface RotateKeyOptions extends TargetOptions {
  readonly overlap?: string;
}

const DEFAULT_OVERLAP = '24h';

/** Makes the successor of a key; both work until the overlap is over. */
export async function rotateKey(
  id: string,
  keyId: string,
  options: RotateKeyOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const overlapMs = parseOverlap(options.overlap ?? DEFAULT_OVERLAP);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, ({ admin, catalogue, now }) =>
    translateConflict(accountId, async () => {
      const old = await admin.findKey(accountId, keyId);
      const { key, record, oldExpiresAt } = await admin.rotateKey(accountId, old.fingerprint, overlapMs, {
        prefix: catalogue.keyPrefix,
        label: old.label,
        scopes: old.scopes,
        createdBy: 'cli',
      });
      return succeeded(
        keyMessages.keyRotated({
          account: accountId,
          key,
          ...describeKey(record, now()),
          replaces: describeKey({ ...old, expiresAt: oldExpiresAt }, now()),
        }),
      );
    }),
  );
}
