import type { Command } from 'commander';

/** The options of every command that works on the accounts of a deployment. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--stack <name>', 'a deployed CloudFormation stack (default: the local engine of this directory)')
    .option('--region <region>', 'Region of the stack (default: AWS_REGION, then the profile)')
    .option('--profile <name>', 'profile of the AWS configuration')
    .option('--authorizer <id>', 'logical id of the authorizer function, when there are several')
    .option('--json', 'print one JSON object');
}
