import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueDefinition } from '../../lib/domain/plan';
import { oneOf, required, wholeNumber, type Environment } from '../store/variables';
import type { IdentityRules } from '../../lib/domain/token-issuer';
import type { AdmissionOptions } from './admission';
import type { CredentialSource } from './credential';
import type { PayLinkSettings } from './pay-link/pay-links';
import type { UsageKeys } from './usage-keys';

/** What `SubscriptionAuthorizer` tells its function. */
export interface Settings {
  readonly tableName: string;
  readonly functionName: string;
  readonly credentialSource: CredentialSource;
  readonly identities: IdentityRules;
  readonly admission: AdmissionOptions;
  readonly usageKeys: UsageKeys;
  /** Whether API Gateway reuses the answers. */
  readonly resultsCached: boolean;
  readonly catalogue: CatalogueDefinition;
  /** Absent: refusals carry the seller's links, or none. */
  readonly payLinks?: PayLinkSettings;
}

/** @throws Error naming the variable that is missing or malformed: a start that fails is better than a wrong answer */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  codeDirectory: string,
): Settings {
  const admitKnownPayers =
    oneOf(env, 'OUTAGE_POLICY', ['refuse', 'admit-known-payers']) === 'admit-known-payers';
  return {
    ...(env.PAY_LINK_SECRET && {
      payLinks: {
        secretId: env.PAY_LINK_SECRET,
        path: required(env, 'PAY_LINK_PATH'),
        lifetimeMs: wholeNumber(env, 'PAY_LINK_LIFETIME_MS'),
      },
    }),
    tableName: required(env, 'ACCOUNT_TABLE'),
    functionName: required(env, 'AWS_LAMBDA_FUNCTION_NAME'),
    credentialSource: oneOf(env, 'CREDENTIAL_SOURCE', ['bearer', 'api-key', 'either']),
    identities: identities(env),
    admission: {
      leaseDurationMs: wholeNumber(env, 'LEASE_DURATION_MS'),
      outageGraceMs: wholeNumber(env, 'OUTAGE_GRACE_MS'),
      admitKnownPayersMs: admitKnownPayers ? wholeNumber(env, 'ADMIT_GRACE_MS') : 0,
    },
    usageKeys: {
      scope: required(env, 'USAGE_KEY_SCOPE'),
      poolKeys: wholeNumber(env, 'POOL_KEYS'),
      required: oneOf(env, 'KEYS_REQUIRED', ['true', 'false']) === 'true',
    },
    resultsCached: oneOf(env, 'RESULTS_CACHED', ['true', 'false']) === 'true',
    catalogue: JSON.parse(readFileSync(join(codeDirectory, 'catalogue.json'), 'utf8')) as CatalogueDefinition,
  };
}

/** Not part of the catalogue's file: an issuer may be a user pool of the same stack, whose id is known at deployment. */
function identities({ IDENTITIES }: Environment): IdentityRules {
  if (IDENTITIES === undefined || IDENTITIES === '') return { acceptsKeys: true, tokenIssuers: [] };
  try {
    return JSON.parse(IDENTITIES) as IdentityRules;
  } catch (error) {
    throw new Error('environment variable IDENTITIES must be JSON', { cause: error });
  }
}
