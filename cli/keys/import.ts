import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AccountConflict, type ImportOutcome, type KeyImporter } from '../../lambda/store';
import { UNLIMITED_ACCESS } from '../../lib/domain/access';
import { importedFingerprint } from '../../lib/domain/imported-key';
import type { CliContext } from '../context';
import { findDeployment, withAccounts, type AccountsOf, type TargetOptions } from '../deployment/target';
import { errors } from '../errors';
import { failed, succeeded, type CommandResult } from '../message';
import { keyMessages } from '../messages/keys';
import { tellProvisioner } from '../usage-keys/tell-provisioner';
import { readRows, type ImportRow, type LeftOutRow } from './import-rows';
import { readPepper } from './pepper';

export interface ImportKeysOptions extends TargetOptions {
  readonly accountFrom?: string;
  /** Plan of accounts that are created for the keys. */
  readonly create?: string;
  readonly dryRun?: boolean;
}

/** A row that was taken over, or was before. */
export interface ImportedRow {
  readonly line: number;
  readonly account: string;
  readonly name: string;
  readonly outcome: 'imported' | 'unchanged';
  /** Beginning of the fingerprint: what logs show, and what commands take. */
  readonly keyId: string;
  readonly createdAccount: boolean;
}

/** Takes over the keys of a file in API Gateway's format; rows that cannot be are named, the others are not held up. */
export async function importKeys(
  file: string,
  options: ImportKeysOptions,
  context: CliContext,
): Promise<CommandResult> {
  const { rows, leftOut } = readRows(await readText(file, context), options.accountFrom);
  const deployment = await findDeployment(options, context);
  return await withAccounts(deployment, options.authorizer, context.now, async (accounts) => {
    const { catalogue, authorizer, target } = accounts;
    const plans = catalogue.plans.map(({ id }) => id);
    if (options.create !== undefined && !plans.includes(options.create)) {
      throw errors.unknownPlan(options.create, plans);
    }
    const pepper = await readPepper(authorizer);
    const taken: ImportedRow[] = [];
    const refused: LeftOutRow[] = [...leftOut];
    const created: string[] = [];
    try {
      for (const row of rows) {
        const outcome = await importRow(row, pepper, accounts, options, (account) => created.push(account));
        if ('reason' in outcome) refused.push(outcome);
        else taken.push(outcome);
      }
    } finally {
      // Also when a later row brought it to its end: running it again creates these no second time.
      if (created.length > 0) await tellProvisioner(created, accounts, context);
    }
    refused.sort((a, b) => a.line - b.line);
    const complete = refused.every(({ expected }) => expected);
    const message = keyMessages.keysImported({
      target,
      dryRun: options.dryRun ?? false,
      complete,
      taken,
      leftOut: refused,
    });
    return complete ? succeeded(message) : failed(message);
  });
}

async function importRow(
  row: ImportRow,
  pepper: string,
  { admin, importer, catalogue }: AccountsOf,
  { create, dryRun }: ImportKeysOptions,
  onCreated: (account: string) => void,
): Promise<ImportedRow | LeftOutRow> {
  const { line, account, name } = row;
  const ours = `${catalogue.keyPrefix}_`;
  if (row.key.startsWith(ours)) {
    const reason = `the key begins with '${ours}', as keys of this paywall do: it would never be looked for`;
    return { line, account, name, expected: false, reason };
  }
  const fingerprint = importedFingerprint(pepper, row.key);
  const key = { accountId: account, fingerprint, label: name };
  const attempt = (): Promise<ImportOutcome> => (dryRun ? importer.preview(key) : importer.import(key));
  let outcome = await attempt();
  let createdAccount = false;
  if (outcome === 'no_such_account' && create !== undefined) {
    createdAccount = true;
    if (!dryRun && (await createAccount(admin, account, create))) onCreated(account);
    outcome = dryRun ? 'imported' : await attempt();
  }
  if (outcome !== 'imported' && outcome !== 'unchanged') {
    return { line, account, name, expected: outcome === 'revoked', reason: REASONS[outcome](account) };
  }
  return { line, account, name, outcome, keyId: fingerprint.slice(0, 8), createdAccount };
}

type Refusal = Exclude<Awaited<ReturnType<KeyImporter['import']>>, 'imported' | 'unchanged'>;

const REASONS: Readonly<Record<Refusal, (account: string) => string>> = {
  revoked: () => 'the key was imported before and has been revoked since; it stays so',
  conflict: () => 'the key is of another account already: a key has one account',
  no_such_account: (account) =>
    `there is no account ${account}; create it with \`paywall accounts create ${account}\`, or all of them with --create <plan>`,
  too_many_keys: (account) => `account ${account} holds the most keys that it can; revoke one first`,
};

/** @returns false when the account is there already */
async function createAccount(admin: AccountsOf['admin'], accountId: string, plan: string): Promise<boolean> {
  try {
    await admin.createAccount({ accountId, plan, access: UNLIMITED_ACCESS });
    return true;
  } catch (error) {
    // Somebody was faster: the account is there, which is all that is asked for.
    if (!(error instanceof AccountConflict) || error.code !== 'account_exists') throw error;
    return false;
  }
}

async function readText(file: string, { cwd }: CliContext): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw errors.fileUnreadable(file, error);
  }
}
