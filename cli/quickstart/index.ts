import type { Command } from 'commander';
import type { CliContext } from '../context';
import type { Finish } from '../program';
import { quickstart, type QuickstartOptions } from './quickstart';

export function addQuickstart(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('quickstart')
    .description('serve the demo API with demo accounts, here or on AWS, and show how to call it')
    .option('--check', 'make the calls, compare each answer with the expected one, and stop')
    .option('--port <port>', 'port of the API (default: any free port)')
    .option('--aws', 'deploy to AWS instead of serving here')
    .option('--destroy', 'with --aws: remove everything that was deployed')
    .option('--yes', 'with --aws: go ahead without being asked')
    .option('--region <region>', 'with --aws: Region (default: AWS_REGION, then the profile)')
    .option('--profile <name>', 'with --aws: profile of the AWS configuration')
    .option('--stack-name <name>', 'with --aws: name of the stack')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ paywall quickstart
  $ paywall quickstart --check
  $ paywall quickstart --aws --region eu-west-1
  $ paywall quickstart --aws --destroy --yes`,
    )
    .action(async (options: QuickstartOptions) => finish(await quickstart(options, context)));
}
