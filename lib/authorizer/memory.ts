import { Duration } from 'aws-cdk-lib';
import { OutagePolicy } from './outage-policy';
import type { AuthorizerOptions } from './subscription-authorizer-props';

export const DEFAULT_LEASE_DURATION = Duration.seconds(10);
/** More than `leaseDuration`, `outageGrace`, `admitGrace` and `resultsCacheTtl` may be together. */
const LONGEST = Duration.hours(26);

/**
 * How long a function environment, and API Gateway after it, may act on what they remember of an account: on an API
 * Gateway key, for example.
 */
export function memoryOf({ leaseDuration, outagePolicy, quotaEnforcement }: AuthorizerOptions): Duration {
  const { outageGrace, admitGrace } = outagePolicy ?? OutagePolicy.refuse();
  const parts = [
    leaseDuration ?? DEFAULT_LEASE_DURATION,
    outageGrace,
    admitGrace ?? Duration.seconds(0),
    quotaEnforcement?.resultsCacheTtl ?? Duration.seconds(0),
  ];
  // Of values that are known at deployment only, the most that they may be.
  if (parts.some((part) => part.isUnresolved())) return LONGEST;
  return Duration.millis(parts.reduce((sum, part) => sum + part.toMilliseconds(), 0));
}
