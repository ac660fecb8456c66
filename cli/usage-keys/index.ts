import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { addTargetOptions } from '../target-options';
import { repair, type RepairOptions } from './repair';

export function addUsageKeys(program: Command, context: CliContext, finish: Finish): void {
  const usageKeys = program
    .command('usage-keys')
    .description('look after the API Gateway keys that accounts have of their own, here or on AWS');
  const command = usageKeys
    .command('repair')
    .description('compare API Gateway with the accounts, and put right what differs')
    .option('--dry-run', 'say what differs and change nothing');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
It reads the whole account table, may run at any time, and does no harm when it runs twice:
  unsettled  accounts that the provisioner has not come to; they are sent to it
  vanished   accounts whose key somebody has deleted; they get another one
  orphans    keys of no account; they are deleted
Keys that you made yourself are left alone.

Examples:
  $ paywall usage-keys repair --dry-run
  $ paywall usage-keys repair --stack Api --region eu-west-1`,
    )
    .action(async (options: RepairOptions) => finish(await repair(options, context)));
}
