import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { addTargetOptions } from '../target-options';
import { addCredits as add, type AddCreditsOptions } from './add';

export function addCredits(program: Command, context: CliContext, finish: Finish): void {
  const credits = program.command('credits').description('give accounts bought units, here or on AWS');
  const command = credits
    .command('add')
    .description('add units that outlive the period and are spent when nothing remains of it')
    .argument('<account>', 'id of the account')
    .argument('<units>', 'how many, a whole number')
    .requiredOption('--id <id>', 'number of the invoice or ticket: the same id adds its units once');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
Repeat the command with the same id when you do not know whether it worked.

Examples:
  $ paywall credits add acme 50000 --id invoice-2041
  $ paywall credits add acme 50000 --id invoice-2041 --stack Api --region eu-west-1 --json`,
    )
    .action(async (account: string, units: string, options: AddCreditsOptions) =>
      finish(await add(account, units, options, context)),
    );
}
