import type { CliContext } from '../context';
import { errors } from '../errors';
import { parsePort } from '../input';
import type { CommandResult } from '../message';
import { quickstartOnAws } from './on-aws';
import { quickstartHere } from './here';

export interface QuickstartOptions {
  readonly check?: boolean;
  readonly port?: string;
  readonly aws?: boolean;
  readonly destroy?: boolean;
  readonly yes?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly stackName?: string;
}

/** Options that say nothing without `--aws`. */
const AWS_ONLY = {
  destroy: '--destroy',
  yes: '--yes',
  region: '--region',
  profile: '--profile',
  stackName: '--stack-name',
} as const;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** The demo: on this machine, or with `--aws` in the cloud. */
export async function quickstart(options: QuickstartOptions, context: CliContext): Promise<CommandResult> {
  if (options.aws) {
    if (options.check) {
      throw errors.optionConflict(
        '--check',
        '--aws',
        'new API keys take minutes to be honoured by API Gateway',
      );
    }
    if (options.port !== undefined) throw errors.optionUnused('--port', 'with --aws');
    const { stackName } = options;
    if (stackName !== undefined && !STACK_NAME.test(stackName)) throw errors.badStackName(stackName);
    return await quickstartOnAws(options, context);
  }
  for (const [name, flag] of Object.entries(AWS_ONLY)) {
    if (options[name as keyof typeof AWS_ONLY] !== undefined)
      throw errors.optionUnused(flag, 'without --aws');
  }
  const port = options.port === undefined ? 0 : parsePort(options.port);
  return await quickstartHere({ port, check: options.check === true }, context);
}
