import { devNull } from 'node:os';
import { DUMMY_CREDENTIALS } from '../credentials';
import { type FunctionSpec } from './function-spec';

/**
 * The environment of a function: what Lambda sets, then the function's own variables. Nothing of the machine's own
 * environment gets in, so that neither its credentials nor its settings can be used by accident.
 *
 * @param shared variables that the engine adds to every function, for example service endpoints
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables(
  spec: FunctionSpec,
  shared: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...DUMMY_CREDENTIALS,
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroupName,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    _HANDLER: spec.handler,
    ...shared,
    ...spec.environment,
  };
}
