import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { addTargetOptions } from '../target-options';
import type { TargetOptions } from '../deployment/target';
import { importKeys, type ImportKeysOptions } from './import';
import { createKey, type CreateKeyOptions } from './create';
import { listKeys } from './list';
import { revokeKey } from './revoke';
import { rotateKey, type RotateKeyOptions } from './rotate';

export function addKeys(program: Command, context: CliContext, finish: Finish): void {
  const keys = program.command('keys').description('make, list, replace and end API keys, here or on AWS');
  const command = keys
    .command('create')
    .description('make a key for an account and show it, once')
    .argument('<account>', 'id of the account')
    .option('--label <text>', 'what the key is for, for the list of keys')
    .option('--expires <instant>', 'when it stops working (default: never)')
    .option('--scope <scopes...>', 'scopes beyond calling the API, for example keys:manage or billing');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
Instants are ISO 8601 (2030-01-31, 2030-01-31T12:00:00Z) or days from now (90d).

Examples:
  $ paywall keys create acme --label ci --expires 90d
  $ paywall keys create acme --scope keys:manage billing
  $ paywall keys create acme --stack Api --region eu-west-1 --json`,
    )
    .action(async (account: string, options: CreateKeyOptions) =>
      finish(await createKey(account, options, context)),
    );

  const importing = keys
    .command('import')
    .description('take over keys of API Gateway usage plans, so that customers need not change theirs')
    .argument('<csv>', "file in API Gateway's format: columns name and key, also enabled and account")
    .option('--account-from <column>', 'column of the account ids (default: account, else name)')
    .option(
      '--create <plan>',
      'create accounts that do not exist, with access to this plan that does not end',
    )
    .option('--dry-run', 'write nothing, tell what would be');
  addTargetOptions(importing)
    .addHelpText(
      'after',
      `
Rows that cannot be taken over are named with their line; all others are. Importing the same file again changes nothing.
The authorizer has to accept imported keys: identities: [Identity.keys(), Identity.importedKeys()].

Examples:
  $ paywall keys import api-keys.csv --dry-run
  $ paywall keys import api-keys.csv --account-from description --create pro --stack Api`,
    )
    .action(async (file: string, options: ImportKeysOptions) =>
      finish(await importKeys(file, options, context)),
    );

  const list = keys.command('list').description('list the keys of an account, without their secrets');
  addTargetOptions(list.argument('<account>', 'id of the account'))
    .addHelpText('after', example('paywall keys list acme'))
    .action(async (account: string, options: TargetOptions) =>
      finish(await listKeys(account, options, context)),
    );

  const rotate = keys
    .command('rotate')
    .description('make the successor of a key and show it, once; both work until the overlap is over')
    .argument('<account>', 'id of the account')
    .argument('<key>', 'id of the key, as `keys list` shows it')
    .option('--overlap <time>', 'how long the old key works on, in hours or days', '24h');
  addTargetOptions(rotate)
    .addHelpText('after', example('paywall keys rotate acme dC2kXz1m --overlap 7d'))
    .action(async (account: string, key: string, options: RotateKeyOptions) =>
      finish(await rotateKey(account, key, options, context)),
    );

  const revoke = keys
    .command('revoke')
    .description('end a key')
    .argument('<account>', 'id of the account')
    .argument('<key>', 'id of the key, as `keys list` shows it');
  addTargetOptions(revoke)
    .addHelpText('after', example('paywall keys revoke acme dC2kXz1m'))
    .action(async (account: string, key: string, options: TargetOptions) =>
      finish(await revokeKey(account, key, options, context)),
    );
}

function example(line: string): string {
  return `\nExample:\n  $ ${line}`;
}
