import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { addTargetOptions } from '../target-options';
import { createKey, type CreateKeyOptions } from './create';

export function addKeys(program: Command, context: CliContext, finish: Finish): void {
  const keys = program.command('keys').description('make API keys, here or on AWS');
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
}
