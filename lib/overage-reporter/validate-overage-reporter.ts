import { Token } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { Plan } from '../plan/plan';
import type { OverageReporterProps } from './overage-reporter-props';

const MIN_RATE_MINUTES = 5;
const MAX_RATE_MINUTES = 12 * 60;
/** https://docs.stripe.com/api/billing/meter/create */
const MAX_NAME_LENGTH = 100;

/** @param plans of the paywall's catalogue */
export function validateOverageReporter(
  rules: Rules,
  { meterEventName, rate }: OverageReporterProps,
  plans: readonly Plan[],
): void {
  rules.check(
    Token.isUnresolved(meterEventName) ||
      (meterEventName.trim() !== '' && meterEventName.length <= MAX_NAME_LENGTH),
    'MeterEventNameInvalid',
    `meterEventName must be 1 to ${MAX_NAME_LENGTH} characters, got ${got(meterEventName)}; it is the event_name of the meter`,
  );
  rules.check(
    plans.some(({ quota }) => quota !== undefined && quota.maxOverage > 0),
    'NoSoftLimit',
    'at least one plan must have a quota with maxOverage, got none; without, there is no overage to report',
  );
  if (rate === undefined || rate.isUnresolved()) return;
  const minutes = rate.toMinutes({ integral: false });
  rules.check(
    Number.isInteger(minutes) && minutes >= MIN_RATE_MINUTES && minutes <= MAX_RATE_MINUTES,
    'ReportRateOutOfRange',
    `rate must be whole minutes, ${MIN_RATE_MINUTES} minutes to 12 hours, got ${rate.toHumanString()}; omit it for one hour`,
  );
}
