import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDbClient, StoreFault } from '../../lambda/store';
import { DynamoDbUsageKeyStore } from '../../lambda/store/usage-key-store';
import { PacedGateway } from '../../lambda/provisioner/paced-gateway';
import { repairUsageKeys, type RepairReport } from '../../lambda/provisioner/repair';
import { readSettings } from '../../lambda/provisioner/settings';
import { translateAwsError } from '../aws/aws-error';
import type { CliContext } from '../context';
import { chooseAuthorizer, type DatabaseAccess } from '../deployment/deployment';
import { findProvisioner, type ProvisionerFunction } from '../deployment/provisioner-function';
import { findDeployment, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { succeeded, type CommandResult } from '../message';
import { usageKeyMessages } from '../messages/usage-keys';
import { loadClients } from './load-clients';

export interface RepairOptions extends TargetOptions {
  readonly dryRun?: boolean;
}

/** Longest wait for a page of the table, milliseconds. */
const TIMEOUT_MS = 30_000;
/** The provisioner may be at work: together they stay below what API Gateway takes. */
const SLOWER_THAN_PROVISIONER = 3;

/** Compares API Gateway's keys with the accounts, and puts right what differs. */
export async function repair(options: RepairOptions, context: CliContext): Promise<CommandResult> {
  const deployment = await findDeployment(options, context);
  const authorizer = await chooseAuthorizer(deployment, options.authorizer);
  const provisioner = await findProvisioner(deployment, authorizer);
  if (!provisioner) throw errors.noProvisioner(deployment.description);
  const dryRun = options.dryRun === true;
  const clock = () => context.now() + deployment.clockOffsetMs;
  const report = await run(provisioner, authorizer.database, !dryRun, clock);
  return succeeded(usageKeyMessages.usageKeysCompared({ target: deployment.description, dryRun, ...report }));
}

async function run(
  provisioner: ProvisionerFunction,
  database: DatabaseAccess,
  apply: boolean,
  clock: () => number,
): Promise<RepairReport> {
  const { withAccountQueue, withApiGateway } = loadClients();
  const { tableName, queueUrl, terms } = readSettings(provisioner.environment);
  const client = new DynamoDbClient({ ...database, timeoutMs: TIMEOUT_MS });
  const store = new DynamoDbUsageKeyStore(client, tableName);
  try {
    return await withAccountQueue(provisioner, queueUrl, (queue) =>
      withApiGateway(provisioner, (unpaced) => {
        const gateway = new PacedGateway(unpaced, (ms) => sleep(ms * SLOWER_THAN_PROVISIONER));
        return repairUsageKeys({ store, gateway, queue, clock }, terms, apply);
      }),
    );
  } catch (error) {
    throw error instanceof StoreFault
      ? errors.awsUnreachable('DynamoDB', error.message, error)
      : translateAwsError('API Gateway or SQS', error);
  } finally {
    client.close();
  }
}
