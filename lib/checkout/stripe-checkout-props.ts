import type { BillingWebhook } from '../billing-webhook/billing-webhook';
import type { Throttle } from '../plan/throttle';

/** Props of `StripeCheckout`. */
export interface StripeCheckoutProps {
  /**
   * The webhook by which payments become access, on whose API the routes are served. It needs `stripe.apiKey`: a
   * restricted key that may write checkout and portal sessions, and read what the webhook reads.
   */
  readonly webhook: BillingWebhook;

  /**
   * Sites to which buyers may be sent back, as origins: `https://shop.example`, without path and final slash; `http` for
   * localhost only. Every address that this construct, a client of it or `actionUrls` names has to be on one of them.
   * At least one.
   */
  readonly allowedOrigins: string[];

  /** Page to which customers return from Stripe. */
  readonly returnUrl: string;

  /**
   * Page that thanks an account for its payment. Stripe puts the session's id in the place of `{CHECKOUT_SESSION_ID}`.
   * Buyers without an account return to the claim of their key instead.
   *
   * @default - `returnUrl`
   */
  readonly successUrl?: string;

  /**
   * Page for those who went back without paying.
   *
   * @default - `returnUrl`
   */
  readonly cancelUrl?: string;

  /**
   * First path segment of the route that 402s link to.
   *
   * @default 'pay'
   */
  readonly payPathPart?: string;

  /**
   * Lid on purchases by people without an account: anybody can make them, and each is a call to Stripe.
   *
   * @default - 10 requests per second, bursts of 20
   */
  readonly throttle?: Throttle;

  /**
   * Lid on each of the two public routes that ask for something signed: the links of 402s, and claims. Without it a request
   * costs no call to Stripe, so that the lid can be high: strangers who flood a route take their share of its lid.
   *
   * @default - 50 requests per second, bursts of 100
   */
  readonly linkThrottle?: Throttle;

  /**
   * Id of the customer portal's configuration (`bpc_...`).
   *
   * @default - Stripe's default configuration
   */
  readonly portalConfiguration?: string;

  /**
   * Whether the link of a 402 that asks for a larger plan leads a subscriber to the change of plan. Whoever holds a key of
   * the account is given that link: with a leaked one, a stranger could raise the plan at the account's cost. Without it
   * plans are changed where the scope `billing` is asked for, `POST /billing/portal`.
   *
   * @default true
   */
  readonly planChangesByLink?: boolean;

  /**
   * Scopes of the key that a buyer without an account is given, for example `keys:manage` and `billing`: with them a
   * leaked key can mint others and open the portal.
   *
   * @default - none
   */
  readonly firstKeyScopes?: string[];
}
