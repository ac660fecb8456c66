import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { replayEvents, type ReplayOptions } from './replay';
import { triggerScenario, type TriggerOptions } from './trigger';

export function addWebhook(program: Command, context: CliContext, finish: Finish): void {
  const webhook = program
    .command('webhook')
    .description('watch payments become access here, and apply failed events again, here or on AWS');
  addTrigger(webhook, context, finish);
  addReplay(webhook, context, finish);
}

function addReplay(webhook: Command, context: CliContext, finish: Finish): void {
  webhook
    .command('replay')
    .description(
      'apply the events again that could not be applied, and delete those of the queue that now could',
    )
    .option('--dry-run', 'show them only')
    .option('--stack <name>', 'a deployed CloudFormation stack (default: the local engine of this directory)')
    .option('--region <region>', 'Region of the stack (default: AWS_REGION, then the profile)')
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--webhook <id>', "logical id of the webhook's function, when there are several")
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Repeating it is safe: an event that was applied already changes nothing. What fails again stays in the queue.

Examples:
  $ paywall webhook replay --dry-run
  $ paywall webhook replay --stack Api --region eu-west-1`,
    )
    .action(async (options: ReplayOptions) => finish(await replayEvents(options, context)));
}

function addTrigger(webhook: Command, context: CliContext, finish: Finish): void {
  webhook
    .command('trigger')
    .description(
      'play the life of a subscription to the local engine, with a call of the API before and after each event',
    )
    .argument('[scenario]', 'what happens; see --list')
    .option('--list', 'describe the scenarios')
    .option('--account <id>', 'an account that exists (default: a new one that has never paid)')
    .option('--customer <id>', 'id of the customer at Stripe (default: cus_ and the account)')
    .option('--plan <plan>', 'what is bought (default: the first plan with priceIds)')
    .option('--route <route>', 'paid method to call, for example "GET /reports" (default: an easy one)')
    .option('--authorizer <id>', 'logical id of the authorizer function, when there are several')
    .option('--webhook <id>', "logical id of the webhook's function, when there are several")
    .option('--stack <name>', 'refused: events that Stripe did not send have no place on AWS')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Needs a running \`paywall local\` of a stack with a BillingWebhook. The events are those that Stripe sends, signed with
the endpoint's secret as the engine knows it; where time passes, the engine's clock is moved, and stays moved.

Where the webhook has stripe.apiKey, Stripe's API is played as well: start the engine with
--env STRIPE_ENDPOINT_URL=http://127.0.0.1:12111, and the command listens there as long as the scenario runs.

Examples:
  $ paywall webhook trigger --list
  $ paywall webhook trigger payment-fails-then-recovers
  $ paywall webhook trigger upgrade-mid-period --plan basic --route 'GET /reports' --json`,
    )
    .action(async (scenario: string | undefined, options: TriggerOptions) =>
      finish(await triggerScenario(scenario, options, context)),
    );
}
