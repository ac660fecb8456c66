import type { IdentityRules } from '../domain/token-issuer';
import type { Identity } from './identity';
import { AccountMapping } from './jwt-identity-options';

const DEFAULT_CLOCK_TOLERANCE_SECONDS = 60;

/** What the function is told. */
export function renderIdentities(identities: readonly Identity[]): IdentityRules {
  const issuers = identities.flatMap((identity) => identity._jwt ?? []);
  return {
    acceptsKeys: issuers.length < identities.length,
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
  };
}
