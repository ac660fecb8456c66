import type { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Paywall } from '../paywall/paywall';
import type { Throttle } from '../plan/throttle';
import type { Reconciliation } from './reconciliation';
import type { ReversalPolicy, VoidedInvoicesPolicy } from './reversal-policy';

/** How events of Stripe are taken. */
export interface StripeWebhookOptions {
  /**
   * Signing secrets of the endpoint (`whsec_...`), each as the whole plain text of its secret. The current one; during
   * a rotation the one before, too.
   */
  readonly signingSecrets: secretsmanager.ISecret[];

  /**
   * API key, as the whole plain text of the secret. A restricted key that may read subscriptions, invoices, charges and
   * invoice payments is enough. With it events of the same second, missing events, refunds and disputes are settled by
   * asking Stripe.
   *
   * @default - events alone decide; refunds and disputes cannot be taken into account
   */
  readonly apiKey?: secretsmanager.ISecret;

  /**
   * How often accounts are compared with what Stripe says of their subscriptions, so that an event that never came is
   * made up for. Reads only. Takes an `apiKey`; a restricted one has to be allowed to read events, too.
   *
   * @default Reconciliation.daily() with an API key, Reconciliation.off() without
   */
  readonly reconciliation?: Reconciliation;

  /**
   * Whether the endpoint takes events of Stripe's test mode, and those only. Otherwise it takes those of real money,
   * and those only.
   *
   * @default false
   */
  readonly testMode?: boolean;

  /**
   * Secrets by which checkout sessions of our own making are told from those of strangers: only the former link a
   * customer to an account. The first one signs; all are believed, and of each the value before it was overwritten last.
   *
   * @default - one that is made here, see `BillingWebhook.linkSecrets`
   */
  readonly linkSecrets?: secretsmanager.ISecret[];

  /**
   * What a full refund of the current period does to access.
   *
   * @default ReversalPolicy.LAPSE with an API key, ReversalPolicy.IGNORE without
   */
  readonly refunds?: ReversalPolicy;

  /**
   * What a dispute of the current period's payment does to access, until it is won.
   *
   * @default ReversalPolicy.LAPSE with an API key, ReversalPolicy.IGNORE without
   */
  readonly disputes?: ReversalPolicy;

  /**
   * What a paused collection whose invoices are voided means for access.
   *
   * @default VoidedInvoicesPolicy.LAPSE
   */
  readonly voidedInvoices?: VoidedInvoicesPolicy;
}

/** How events of other billers are taken: those that speak Standard Webhooks, or a script of yours. */
export interface StandardWebhookOptions {
  /** Signing secrets (`whsec_` and base64), each as the whole plain text of its secret. */
  readonly signingSecrets: secretsmanager.ISecret[];
}

/** Props of `BillingWebhook`. */
export interface BillingWebhookProps {
  /** The paywall on whose API the routes are served, and whose accounts the events change. */
  readonly paywall: Paywall;

  /**
   * Takes events of Stripe at `POST /billing/stripe`.
   *
   * @default - not served; one of `stripe` and `standard` is needed
   */
  readonly stripe?: StripeWebhookOptions;

  /**
   * Takes Standard Webhooks at `POST /billing/events`.
   *
   * @default - not served; one of `stripe` and `standard` is needed
   */
  readonly standard?: StandardWebhookOptions;

  /**
   * First path segment of the routes.
   *
   * @default 'billing'
   */
  readonly pathPart?: string;

  /**
   * Bus on which changes of accounts are told, with the source `cdk-api-paywall`.
   *
   * @default - a bus of its own
   */
  readonly eventBus?: events.IEventBus;

  /**
   * Lid on each route. A provider delivers again what is above it.
   *
   * @default - 50 requests per second, bursts of 100
   */
  readonly throttle?: Throttle;

  /**
   * Access that is added to the end of a period which the provider will renew by itself, so that a payer is not locked
   * out between renewal and event. 0 to 7 days.
   *
   * @default Duration.hours(6)
   */
  readonly renewalSlack?: Duration;

  /**
   * Index of an imported account table by which the sweeper finds events that were not published: string keys
   * `outboxPending` and `pk`, keys only.
   *
   * @default - made on a table of this app; an imported table is not swept, with a warning
   */
  readonly outboxIndexName?: string;
}
