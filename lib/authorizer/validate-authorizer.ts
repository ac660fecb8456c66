import { Token, type Duration } from 'aws-cdk-lib';
import { validateCatalogue } from '../catalogue/validate-catalogue';
import type { Rules } from '../errors/rules';
import type { OutagePolicy } from './outage-policy';
import type { AuthorizerOptions } from './subscription-authorizer-props';
import { validateIdentities } from './validate-identities';
import { validateQuotaEnforcement } from './validate-quota-enforcement';

export const DEFAULT_POOL_KEYS = 8;
/** Each is created by CloudFormation at five per second, and a Region holds 10,000 keys (AG §5, limits). */
const MAX_POOL_KEYS = 100;

export function validateAuthorizer(rules: Rules, options: AuthorizerOptions): void {
  validateCatalogue(rules, options);
  validateIdentities(rules, options.identities);
  validateQuotaEnforcement(rules, options);
  validateLeaseDuration(rules, options.leaseDuration);
  validateOutagePolicy(rules, options.outagePolicy);
  validatePoolKeys(rules, options.poolKeys ?? DEFAULT_POOL_KEYS);
}

function validateLeaseDuration(rules: Rules, duration: Duration | undefined): void {
  if (duration === undefined || duration.isUnresolved()) return;
  rules.check(
    isWithin(duration, 60_000),
    'LeaseDurationOutOfRange',
    `leaseDuration must be whole milliseconds, 0 to 60 seconds, got ${duration.toHumanString()}; pass Duration.minutes(1) or less`,
  );
}

function validateOutagePolicy(rules: Rules, policy: OutagePolicy | undefined): void {
  if (policy === undefined) return;
  const { outageGrace, admitGrace } = policy;
  rules.check(
    outageGrace.isUnresolved() || isWithin(outageGrace, 15 * 60_000),
    'OutageGraceOutOfRange',
    `outageGrace must be whole milliseconds, 0 to 15 minutes, got ${outageGrace.toHumanString()}; pass Duration.minutes(15) or less`,
  );
  if (admitGrace === undefined || admitGrace.isUnresolved()) return;
  rules.check(
    isWithin(admitGrace, 24 * 3_600_000) && admitGrace.toMilliseconds() > 0,
    'AdmitGraceOutOfRange',
    `grace of admitKnownPayers must be whole milliseconds above 0, up to 24 hours, got ${admitGrace.toHumanString()}; ` +
      `use OutagePolicy.refuse() for none`,
  );
}

/** The function reads whole milliseconds. */
function isWithin(duration: Duration, maxMs: number): boolean {
  const ms = duration.toMilliseconds({ integral: false });
  return Number.isInteger(ms) && ms <= maxMs;
}

function validatePoolKeys(rules: Rules, poolKeys: number): void {
  if (Token.isUnresolved(poolKeys)) {
    rules.known('poolKeys', poolKeys);
    return;
  }
  rules.check(
    Number.isInteger(poolKeys) && poolKeys >= 1 && poolKeys <= MAX_POOL_KEYS,
    'PoolKeysOutOfRange',
    `poolKeys must be a whole number, 1 to ${MAX_POOL_KEYS}, got ${poolKeys}; omit it for ${DEFAULT_POOL_KEYS}`,
  );
}
