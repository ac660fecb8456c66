import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { TargetOptions } from '../deployment/target';
import type { Finish } from '../program';
import { addTargetOptions } from '../target-options';
import { showUsage } from './show';

export function addUsage(program: Command, context: CliContext, finish: Finish): void {
  const command = program
    .command('usage')
    .description('show what an account has used, day by day, and what is left')
    .argument('<account>', 'id of the account');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
Units count on the day in UTC on which they were charged: some are in the hands of function environments for up to
\`leaseDuration\` (10 seconds unless set). Plans without quota are not counted.

Examples:
  $ paywall usage acme
  $ paywall usage acme --stack Api --region eu-west-1 --json`,
    )
    .action(async (account: string, options: TargetOptions) =>
      finish(await showUsage(account, options, context)),
    );
}
