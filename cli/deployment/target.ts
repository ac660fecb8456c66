import { AccountAdmin, DynamoDbClient, KeyImporter } from '../../lambda/store';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { AwsSession } from '../aws/session';
import type { CliContext } from '../context';
import { errors } from '../errors';
import { AwsDeployment } from './aws-deployment';
import { chooseAuthorizer, type AuthorizerFunction, type Deployment } from './deployment';
import { findEngine } from './discovery';
import { LocalDeployment } from './local-deployment';
import { findProvisioner, type ProvisionerFunction } from './provisioner-function';

/** Options by which the account commands say where the accounts are. */
export interface TargetOptions {
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly authorizer?: string;
}

/** The accounts of one paywall. */
export interface AccountsOf {
  readonly target: string;
  readonly catalogue: CatalogueDefinition;
  readonly admin: AccountAdmin;
  readonly importer: KeyImporter;
  readonly authorizer: AuthorizerFunction;
  /** By the clock of the deployment: that of the local engine can be moved. Milliseconds since the epoch. */
  readonly now: () => number;
  /** What makes the values of its API Gateway keys unique in account and Region. */
  readonly usageKeyScope?: string;
  /** The function that gives its accounts API Gateway keys; `undefined`: there is none. */
  provisioner(): Promise<ProvisionerFunction | undefined>;
}

/** Longest wait for DynamoDB, milliseconds: a person waits, and the link may be slow. */
const TIMEOUT_MS = 10_000;

/** A deployed stack when one is named, the engine that runs for this directory otherwise. */
export async function findDeployment(options: TargetOptions, context: CliContext): Promise<Deployment> {
  if (options.stack !== undefined) {
    return new AwsDeployment(await AwsSession.open(options, context.env), options.stack);
  }
  for (const name of ['region', 'profile'] as const) {
    if (options[name] !== undefined) throw errors.optionUnused(`--${name}`, 'without --stack');
  }
  return new LocalDeployment(findEngine(context.cwd));
}

/**
 * Opens the accounts of a deployment for the length of `work`.
 *
 * @param now of this machine
 */
export async function withAccounts<T>(
  deployment: Deployment,
  authorizer: string | undefined,
  now: () => number,
  work: (accounts: AccountsOf) => Promise<T>,
): Promise<T> {
  const chosen = await chooseAuthorizer(deployment, authorizer);
  const { logicalId, catalogue, environment, database } = chosen;
  const table = environment.ACCOUNT_TABLE;
  if (!table) throw errors.noTable(logicalId);
  const nowThere = () => now() + deployment.clockOffsetMs;
  const client = new DynamoDbClient({ ...database, timeoutMs: TIMEOUT_MS });
  try {
    return await work({
      target: deployment.description,
      catalogue,
      admin: new AccountAdmin(client, table, nowThere),
      importer: new KeyImporter(client, table, nowThere),
      authorizer: chosen,
      now: nowThere,
      usageKeyScope: environment.USAGE_KEY_SCOPE,
      provisioner: () => findProvisioner(deployment, chosen),
    });
  } finally {
    client.close();
  }
}
