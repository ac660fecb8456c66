import { Token } from 'aws-cdk-lib';
import { allowedUrl, originOf, templateOrigin } from '../domain/allowed-url';
import { validateScope } from '../catalogue/validate-routes';
import { validatePathPart, validatePublicThrottle } from '../billing-webhook/validate-billing-webhook';
import { got, type Rules } from '../errors/rules';
import type { StripeCheckoutProps } from './stripe-checkout-props';

/** @param actionUrls of the paywall's catalogue, by action */
export function validateStripeCheckout(
  rules: Rules,
  props: StripeCheckoutProps,
  actionUrls: Readonly<Record<string, string | undefined>>,
): void {
  const { webhook, allowedOrigins, payPathPart, throttle, linkThrottle, firstKeyScopes = [] } = props;
  validateWebhook(rules, webhook._stripe);
  validateOrigins(rules, allowedOrigins);
  for (const prop of ['returnUrl', 'successUrl', 'cancelUrl'] as const) {
    validateUrl(rules, prop, props[prop], allowedOrigins);
  }
  for (const [action, template] of Object.entries(actionUrls)) {
    const origin = template === undefined ? undefined : templateOrigin(template);
    rules.check(
      origin === undefined || allowedOrigins.includes(origin) || allowedOrigins.some(isLate),
      'ActionUrlOutsideAllowedOrigins',
      `the link of the catalogue for ${action} must be on one of allowedOrigins, got ${got(template)}; add ${got(origin)}`,
    );
  }
  validatePathPart(rules, 'payPathPart', payPathPart);
  if (throttle) validatePublicThrottle(rules, throttle);
  if (linkThrottle) validatePublicThrottle(rules, linkThrottle, 'linkThrottle');
  for (const scope of firstKeyScopes) validateScope(rules, 'firstKeyScopes', scope);
}

function validateWebhook(rules: Rules, stripe: { readonly apiKey?: unknown } | undefined): void {
  rules.check(
    stripe?.apiKey !== undefined,
    'CheckoutNeedsApiKey',
    `webhook must have stripe.apiKey, got ${stripe ? 'stripe without it' : 'a webhook without stripe'}; sessions are ` +
      'made with it: pass the secret that holds a restricted key',
  );
}

function validateOrigins(rules: Rules, origins: readonly string[]): void {
  rules.check(
    origins.length > 0,
    'AllowedOriginsEmpty',
    "allowedOrigins must hold at least one site, got none; for example 'https://shop.example'",
  );
  for (const origin of origins) {
    rules.check(
      isLate(origin) || originOf(origin) !== undefined,
      'AllowedOriginInvalid',
      `allowedOrigins must be https origins without path and final slash, got ${got(origin)}; for example ` +
        "'https://shop.example'",
    );
  }
}

function validateUrl(rules: Rules, prop: string, url: string | undefined, origins: readonly string[]): void {
  if (url === undefined || isLate(url) || origins.some(isLate)) return;
  rules.check(
    allowedUrl(url, origins) !== undefined,
    'RedirectUrlOutsideAllowedOrigins',
    `${prop} must be an absolute URL on one of allowedOrigins (${origins.join(', ')}), got ${got(url)}; add its ` +
      'origin, or correct it',
  );
}

/** Known at deployment only; a list that is a token has one such member. */
function isLate(value: string): boolean {
  return Token.isUnresolved(value) || Token.isUnresolved([value]);
}
