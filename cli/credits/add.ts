import { CREDIT_ID_PATTERN } from '../../lambda/store';
import { translateConflict } from '../accounts/conflict';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { parseAccountId, parseUnits } from '../input';
import { succeeded, type CommandResult } from '../message';
import { creditMessages } from '../messages/credits';

export interface AddCreditsOptions extends TargetOptions {
  readonly id: string;
}

/** Adds bought units to an account, once for each id. */
export async function addCredits(
  account: string,
  units: string,
  options: AddCreditsOptions,
  context: CliContext,
): Promise<CommandResult> {
  const accountId = parseAccountId(account);
  const grant = { id: options.id, units: parseUnits('<units>', units) };
  if (!CREDIT_ID_PATTERN.test(grant.id)) throw errors.badCreditId(grant.id);
  const deployment = await findDeployment(options, context);
  return await withAccounts(
    deployment,
    options.authorizer,
    context.now,
    async ({ admin, catalogue, target }) => {
      if (catalogue.quotaEnforcement === 'usage-plan') throw errors.countedByUsagePlans('bought units');
      const result = await translateConflict(accountId, () => admin.addCredits(accountId, grant));
      return succeeded(creditMessages.creditsAdded({ target, account: accountId, ...grant, ...result }));
    },
  );
}
