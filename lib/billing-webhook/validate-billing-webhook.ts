import { Token, type Duration } from 'aws-cdk-lib';
import { got, type Rules } from '../errors/rules';
import type { Plan } from '../plan/plan';
import type { Throttle } from '../plan/throttle';
import type { BillingWebhookProps, StripeWebhookOptions } from './billing-webhook-props';
import { ReversalPolicy } from './reversal-policy';

const MAX_SLACK_DAYS = 7;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For as long Stripe keeps its record of events. */
const MAX_RATE_DAYS = 30;
const PATH_PART = /^[A-Za-z0-9_.-]+$/;

/** @param plans of the paywall's catalogue */
export function validateBillingWebhook(
  rules: Rules,
  props: BillingWebhookProps,
  plans: readonly Plan[],
): void {
  const { stripe, standard, pathPart, renewalSlack, throttle } = props;
  rules.check(
    stripe !== undefined || standard !== undefined,
    'BillingProviderMissing',
    'one of stripe and standard must be given, got neither; pass stripe: { signingSecrets: [...] }',
  );
  if (stripe) validateStripe(rules, stripe, plans);
  if (standard) requireSecrets(rules, 'standard', standard.signingSecrets.length);
  validatePathPart(rules, 'pathPart', pathPart);
  if (renewalSlack) validateSlack(rules, renewalSlack);
  if (throttle) validatePublicThrottle(rules, throttle);
}

/** One segment of the path of routes. */
export function validatePathPart(rules: Rules, prop: string, value: string | undefined): void {
  if (value === undefined || !rules.known(prop, value)) return;
  rules.check(
    PATH_PART.test(value),
    'PathPartInvalid',
    `${prop} must be one segment of letters, digits, '_', '.' and '-', got ${got(value)}; leave out slashes`,
  );
}

/** Lid on a public route. */
export function validatePublicThrottle(rules: Rules, throttle: Throttle, prop = 'throttle'): void {
  const { rateLimit, burstLimit } = throttle;
  rules.check(
    (Token.isUnresolved(rateLimit) || rateLimit > 0) &&
      (Token.isUnresolved(burstLimit) || (Number.isInteger(burstLimit) && burstLimit > 0)),
    'ThrottleNotPositive',
    `${prop} must have a rateLimit above 0 and a whole burstLimit above 0, got ${rateLimit} and ${burstLimit}; at 0 ` +
      'nothing would come in',
  );
}

function validateStripe(rules: Rules, stripe: StripeWebhookOptions, plans: readonly Plan[]): void {
  requireSecrets(rules, 'stripe', stripe.signingSecrets.length);
  rules.check(
    stripe.linkSecrets === undefined || stripe.linkSecrets.length > 0,
    'LinkSecretMissing',
    'stripe.linkSecrets must hold at least one secret, got none; leave the prop out to have one made',
  );
  rules.check(
    plans.some(({ priceIds }) => priceIds.length > 0),
    'PriceIdsMissing',
    'at least one plan must name the prices that buy it, got none; pass priceIds: [...] to Plan.paid, or no payment opens anything',
  );
  validateReconciliation(rules, stripe);
  for (const prop of ['refunds', 'disputes'] as const) {
    rules.check(
      stripe[prop] !== ReversalPolicy.LAPSE || stripe.apiKey !== undefined,
      'ReversalNeedsApiKey',
      `stripe.${prop} must be ReversalPolicy.IGNORE without stripe.apiKey, got ReversalPolicy.LAPSE; their events name ` +
        `no customer, Stripe has to be asked: pass apiKey`,
    );
  }
}

function validateReconciliation(rules: Rules, { reconciliation, apiKey }: StripeWebhookOptions): void {
  const rate = reconciliation?._rate;
  if (rate === undefined) return;
  rules.check(
    apiKey !== undefined,
    'ReconciliationNeedsApiKey',
    'stripe.reconciliation must be Reconciliation.off() without stripe.apiKey, got a rate; Stripe has to be asked: pass apiKey',
  );
  if (rate.isUnresolved()) return;
  rules.check(
    rate.toMilliseconds() >= HOUR_MS && rate.toMilliseconds() <= MAX_RATE_DAYS * DAY_MS,
    'ReconciliationRateOutOfRange',
    `stripe.reconciliation must be every 1 hour to ${MAX_RATE_DAYS} days, got ${rate.toHumanString()}; Stripe keeps events ` +
      `for ${MAX_RATE_DAYS} days: pass Reconciliation.daily()`,
  );
}

function requireSecrets(rules: Rules, prop: string, count: number): void {
  rules.check(
    count > 0,
    'SigningSecretMissing',
    `${prop}.signingSecrets must hold at least one secret, got none; nobody could be believed`,
  );
}

function validateSlack(rules: Rules, slack: Duration): void {
  if (slack.isUnresolved()) return;
  rules.check(
    slack.toMilliseconds() <= MAX_SLACK_DAYS * DAY_MS,
    'RenewalSlackOutOfRange',
    `renewalSlack must be at most ${MAX_SLACK_DAYS} days, got ${slack.toHumanString()}; grace days of the plan are what a failed payment gets`,
  );
}
