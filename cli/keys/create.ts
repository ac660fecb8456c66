import { translateConflict } from '../accounts/conflict';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId, parseInstant, parseScope } from '../input';
import { succeeded, type CommandResult } from '../message';
import { accountMessages } from '../messages/accounts';

export interface CreateKeyOptions extends TargetOptions {
  readonly label?: string;
  readonly expires?: string;
  readonly scope?: readonly string[];
}

/** What the record of a key says of who asked for it. */
const CREATED_BY = 'cli';

export async function createKey(
  id: string,
  options: CreateKeyOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(id);
  const scopes = (options.scope ?? []).map(parseScope);
  // A deployment's clock may be ahead of ours and is never behind: what is past here is past there.
  readExpiry(options.expires, context.now());
  const deployment = await findDeployment(options, context);
  return await withAccounts(
    deployment,
    options.authorizer,
    context.now,
    async ({ catalogue, admin, now }) => {
      const expiresAt = readExpiry(options.expires, now());
      const { key, record } = await translateConflict(accountId, () =>
        admin.createKey(accountId, {
          prefix: catalogue.keyPrefix,
          label: options.label ?? '',
          expiresAt,
          scopes,
          createdBy: CREATED_BY,
        }),
      );
      return succeeded(
        accountMessages.keyCreated({
          account: accountId,
          key,
          fingerprint: record.fingerprint,
          ...(options.label === undefined ? {} : { label: options.label }),
          expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
          scopes,
        }),
      );
    },
  );
}

function readExpiry(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant('--expires', text, now);
  if (at <= now) throw errors.alreadyExpired(text);
  return at;
}
