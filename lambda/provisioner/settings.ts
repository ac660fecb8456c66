import type { ProvisioningTerms } from '../../lib/domain/provisioning';

/** What `UsageKeyProvisioner` tells its functions. */
export interface ProvisionerSettings {
  readonly tableName: string;
  readonly queueUrl: string;
  readonly terms: ProvisioningTerms;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the variable that is missing or malformed */
export function readSettings(env: Environment): ProvisionerSettings {
  return {
    tableName: required(env, 'ACCOUNT_TABLE'),
    queueUrl: required(env, 'QUEUE_URL'),
    terms: {
      scope: required(env, 'USAGE_KEY_SCOPE'),
      usagePlans: JSON.parse(required(env, 'USAGE_PLANS')) as Record<string, string>,
      activationWaitMs: wholeNumber(env, 'ACTIVATION_WAIT_MS'),
      drainMs: wholeNumber(env, 'DRAIN_MS'),
    },
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is missing`);
  return value;
}

function wholeNumber(env: Environment, name: string): number {
  const text = required(env, name);
  if (!/^\d{1,12}$/.test(text))
    throw new Error(`environment variable ${name} must be a whole number, got '${text}'`);
  return Number(text);
}
