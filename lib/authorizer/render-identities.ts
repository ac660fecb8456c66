import type { IdentityRules } from '../domain/token-issuer';
import type { Identity } from './identity';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { AccountMapping } from './jwt-identity-options';

const DEFAULT_CLOCK_TOLERANCE_SECONDS = 60;

/**
 * What the function is told.
 *
 * @param pepper of imported keys; undefined: they are not accepted
 */
export function renderIdentities(
  identities: readonly Identity[],
  pepper?: secretsmanager.ISecret,
): IdentityRules {
  const issuers = identities.flatMap((identity) => identity._jwt ?? []);
  return {
    acceptsKeys: identities.some(({ _jwt, _imported }) => _jwt === undefined && _imported === undefined),
    tokenIssuers: issuers.map((jwt) => ({
      issuer: jwt.issuer,
      audiences: jwt.audience,
      audienceClaim: jwt.audienceClaim ?? 'aud',
      accountClaim: jwt.accountClaim,
      accountMapping: jwt.accountMapping === AccountMapping.HASHED ? 'hashed' : 'exact',
      scopePrefix: jwt.scopePrefix,
      jwksUri: jwt.jwksUri,
      clockSkewSeconds: jwt.clockTolerance?.toSeconds() ?? DEFAULT_CLOCK_TOLERANCE_SECONDS,
    })),
    ...(pepper && { importedKeys: { pepperSecret: pepper.secretArn } }),
  };
}
