import type { Command } from 'commander';
import { SUBSCRIPTION_STATUSES } from '../../lib/domain/access';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import type { TargetOptions } from '../deployment/target';
import { addTargetOptions } from '../target-options';
import { changeAccount, type ChangeAccountOptions } from './change';
import { listConflicts } from './conflicts';
import { createAccount, type CreateAccountOptions } from './create';
import { eraseAccount, type EraseAccountOptions } from './erase';
import { showAccount, type ShowAccountOptions } from './show';

export function addAccounts(program: Command, context: CliContext, finish: Finish): void {
  const accounts = program
    .command('accounts')
    .description('create, see, change and erase accounts, here or on AWS');
  addCreate(accounts, context, finish);
  addShow(accounts, context, finish);
  addChange(accounts, context, finish);
  addErase(accounts, context, finish);
  addConflicts(accounts, context, finish);
}

function addCreate(accounts: Command, context: CliContext, finish: Finish): void {
  const command = accounts
    .command('create')
    .description('create an account')
    .argument('<id>', '1 to 40 lower-case letters and digits')
    .option('--plan <plan>', 'plan of the catalogue; without --status, access to it does not end')
    .option('--status <status>', `state of the subscription: ${SUBSCRIPTION_STATUSES.join(', ')}`)
    .option('--paid-through <instant>', 'end of the period that was paid for')
    .option('--trial-end <instant>', "end of the trial (default: the plan's trial days from now)")
    .option('--ends-at <instant>', 'access ends here, whatever was paid')
    .option('--no-renew', 'the subscription is set to end at its boundary');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
Instants are ISO 8601 (2030-01-31, 2030-01-31T12:00:00Z) or days from now (30d, -3d).

Examples:
  $ paywall accounts create acme --plan pro
  $ paywall accounts create acme --plan pro --status active --paid-through 30d
  $ paywall accounts create late --plan pro --status past_due --paid-through -30d
  $ paywall accounts create newcomer --status none`,
    )
    .action(async (id: string, options: CreateAccountOptions) =>
      finish(await createAccount(id, options, context)),
    );
}

function addShow(accounts: Command, context: CliContext, finish: Finish): void {
  const command = accounts
    .command('show')
    .description('show an account, and what a caller would be told at this instant')
    .argument('<id>', 'id of the account')
    .option('--route <route>', 'ask about one method, for example "GET /reports/{id}"');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ paywall accounts show acme
  $ paywall accounts show acme --route 'GET /reports' --json
  $ paywall accounts show acme --stack Api --region eu-west-1`,
    )
    .action(async (id: string, options: ShowAccountOptions) =>
      finish(await showAccount(id, options, context)),
    );
}

function addChange(accounts: Command, context: CliContext, finish: Finish): void {
  const command = accounts
    .command('change')
    .description('give an account another plan, or terms of its own')
    .argument('<id>', 'id of the account')
    .option('--plan <plan>', 'plan of the catalogue')
    .option('--limit <units>', "units per period in place of the plan's; `plan` for those of the plan again")
    .option('--routes-of <plan>', 'may call the routes of that plan as well; `none` to end it')
    .option('--access-until <instant>', 'when access ends, or `never`')
    .option('--suspend', 'answer every call with 403, paid or not')
    .option('--no-suspend', 'end a suspension');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
It holds from the next request on, and at the latest after \`leaseDuration\` (10 seconds unless set) where units were
taken in advance. What was used of the period stays used: the difference of the limits is added to what remains.
Limit and routes of its own stay when the plan changes, also when a payment changes it.

Instants are ISO 8601 (2030-01-31, 2030-01-31T12:00:00Z) or days from now (30d).

Examples:
  $ paywall accounts change acme --plan pro
  $ paywall accounts change acme --limit 250000
  $ paywall accounts change acme --limit plan --routes-of enterprise
  $ paywall accounts change acme --suspend`,
    )
    .action(async (id: string, options: ChangeAccountOptions) =>
      finish(await changeAccount(id, options, context)),
    );
}

function addErase(accounts: Command, context: CliContext, finish: Finish): void {
  const command = accounts
    .command('erase')
    .description('delete an account with its keys and everything that billing knows of it')
    .argument('<id>', 'id of the account')
    .option('--yes', 'do not ask');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
What the payment provider holds of the customer is not touched: delete that there, afterwards.

Example:
  $ paywall accounts erase acme --yes`,
    )
    .action(async (id: string, options: EraseAccountOptions) =>
      finish(await eraseAccount(id, options, context)),
    );
}

function addConflicts(accounts: Command, context: CliContext, finish: Finish): void {
  const command = accounts
    .command('conflicts')
    .description('list payments that were kept from an account, and what may be done about each');
  addTargetOptions(command)
    .addHelpText(
      'after',
      `
They are kept for 30 days. What has been linked since is not listed any more. Reads the whole table.

Examples:
  $ paywall accounts conflicts
  $ paywall accounts conflicts --stack Api --json`,
    )
    .action(async (options: TargetOptions) => finish(await listConflicts(options, context)));
}
