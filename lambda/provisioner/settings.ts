import type { ProvisioningTerms } from '../../lib/domain/provisioning';
import { required, wholeNumber, type Environment } from '../store/variables';

/** What `UsageKeyProvisioner` tells its functions. */
export interface ProvisionerSettings {
  readonly tableName: string;
  readonly queueUrl: string;
  /** Absent: API Gateway caches no answers. */
  readonly flushQueueUrl?: string;
  readonly terms: ProvisioningTerms;
}

/** @throws Error naming the variable that is missing or malformed */
export function readSettings(env: Environment): ProvisionerSettings {
  return {
    tableName: required(env, 'ACCOUNT_TABLE'),
    queueUrl: required(env, 'QUEUE_URL'),
    ...(env.FLUSH_QUEUE_URL !== undefined && { flushQueueUrl: env.FLUSH_QUEUE_URL }),
    terms: {
      scope: required(env, 'USAGE_KEY_SCOPE'),
      usagePlans: JSON.parse(required(env, 'USAGE_PLANS')) as Record<string, string>,
      activationWaitMs: wholeNumber(env, 'ACTIVATION_WAIT_MS'),
      drainMs: wholeNumber(env, 'DRAIN_MS'),
    },
  };
}
