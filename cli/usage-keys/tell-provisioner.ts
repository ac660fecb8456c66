import { readSettings } from '../../lambda/provisioner/settings';
import { translateAwsError } from '../aws/aws-error';
import type { CliContext } from '../context';
import type { AccountsOf } from '../deployment/target';
import { usageKeyMessages } from '../messages/usage-keys';
import { loadClients } from './load-clients';

/**
 * Tells the provisioner of accounts that were made, changed or erased. When it cannot be told, what was done stays done:
 * a warning says how to make up for it.
 */
export async function tellProvisioner(
  accountIds: readonly string[],
  accounts: Pick<AccountsOf, 'provisioner'>,
  context: Pick<CliContext, 'output'>,
): Promise<void> {
  try {
    const provisioner = await accounts.provisioner();
    if (!provisioner) return;
    const { queueUrl } = readSettings(provisioner.environment);
    const { withAccountQueue } = loadClients();
    await withAccountQueue(provisioner, queueUrl, (queue) => queue.send(accountIds));
  } catch (error) {
    const { message } = translateAwsError('SQS', error);
    context.output.send(usageKeyMessages.provisionerNotTold({ accounts: accountIds, cause: message }));
  }
}
