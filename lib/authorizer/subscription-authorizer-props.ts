import type { Duration } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IAccountTable } from '../account-table/i-account-table';
import type { CatalogueOptions } from '../catalogue/catalogue-options';
import type { CredentialSource } from './credential-source';
import type { Identity } from './identity';
import type { OutagePolicy } from './outage-policy';
import type { QuotaEnforcement } from './quota-enforcement';

/** How callers are identified and counted. */
export interface AuthorizerOptions extends CatalogueOptions {
  /**
   * Where accounts are kept.
   *
   * @default - a new `AccountTable` with its defaults
   */
  readonly accountTable?: IAccountTable;

  /**
   * Where callers put their key.
   *
   * @default CredentialSource.bearer()
   */
  readonly credentialSource?: CredentialSource;

  /**
   * How callers say who they are: keys, tokens of issuers that you trust, or both. Tokens come in the same header.
   *
   * @default - [Identity.keys()]
   */
  readonly identities?: Identity[];

  /**
   * How long units that were taken together may be used from the memory of one function environment. It is also
   * the longest wait between a revoked key or a refund and the first refusal. Lapses known ahead bite at once.
   *
   * Zero takes each unit with a write of its own. 0 to 60 seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly leaseDuration?: Duration;

  /**
   * Who counts the units of quotas. `usagePlan()` needs a `Paywall` and its `UsageKeyProvisioner`.
   *
   * @default QuotaEnforcement.exact()
   */
  readonly quotaEnforcement?: QuotaEnforcement;

  /**
   * What callers are told while DynamoDB cannot be reached.
   *
   * @default OutagePolicy.refuse()
   */
  readonly outagePolicy?: OutagePolicy;

  /**
   * Shared API Gateway keys for accounts that have none of their own. Fixed for the life of the API: another number
   * moves accounts between keys. A whole number, 1 to 100.
   *
   * @default 8
   */
  readonly poolKeys?: number;

  /**
   * How long the authorizer's log is kept: one line per decision, without key material.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Props of `SubscriptionAuthorizer`. */
export interface SubscriptionAuthorizerProps extends AuthorizerOptions {
  /**
   * Name of the authorizer in API Gateway, unique in the API.
   *
   * @default - the construct's unique id
   */
  readonly authorizerName?: string;
}
