import type { Duration } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { UsageKeyProvisionerProps } from './usage-key-provisioner-props';

export function validateUsageKeyProvisioner(rules: Rules, props: UsageKeyProvisionerProps): void {
  // Each would take the keys of the other's plans for left over, and delete them.
  rules.check(
    !props.paywall._isProvisioned,
    'ProvisionerExists',
    'paywall must have one UsageKeyProvisioner, got a second one; name all of its plans in `plans` of the first',
  );
  const known = Object.keys(props.paywall.usagePlans);
  for (const plan of props.plans ?? []) {
    rules.check(
      known.includes(plan),
      'PlanUnknown',
      `plans must be ids of the paywall's plans (${known.map(got).join(', ')}), got ${got(plan)}; correct or remove it`,
    );
  }
  rules.check(
    props.plans === undefined || props.plans.length > 0,
    'ProvisionedPlansEmpty',
    'plans must name at least one plan, got none; omit it for all of them',
  );
  if (props.activationWait !== undefined) validateActivationWait(rules, props.activationWait);
}

function validateActivationWait(rules: Rules, wait: Duration): void {
  const seconds = wait.isUnresolved() ? Number.NaN : wait.toMilliseconds() / 1000;
  rules.check(
    Number.isInteger(seconds) && seconds >= 60 && seconds <= 3600,
    'ActivationWaitOutOfRange',
    `activationWait must be whole seconds, 1 minute to 1 hour, got ${wait.isUnresolved() ? 'a token' : wait.toHumanString()}; ` +
      `omit it for 10 minutes`,
  );
}
