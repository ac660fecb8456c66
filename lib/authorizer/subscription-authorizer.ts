import {
  Annotations,
  AspectPriority,
  Aspects,
  Aws,
  Fn,
  Lazy,
  Names,
  RemovalPolicy,
  Stack,
  type Duration,
} from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { AccountTable } from '../account-table/account-table';
import type { IAccountTable } from '../account-table/i-account-table';
import { CatalogueBuilder } from '../catalogue/catalogue-builder';
import { payLinkLifetime } from '../domain/pay-link';
import { accountUsageKey, poolUsageKey } from '../domain/usage-key';
import { PaywallError } from '../errors/paywall-error';
import { Rules } from '../errors/rules';
import type { Route } from '../route/route';
import { AuthorizerFunction } from './authorizer-function';
import { authorizerMetric } from './authorizer-metrics';
import { CredentialSource } from './credential-source';
import { memoryOf } from './memory';
import { QuotaEnforcement } from './quota-enforcement';
import { renderProperties } from './render-properties';
import type { SubscriptionAuthorizerProps } from './subscription-authorizer-props';
import { DEFAULT_POOL_KEYS, validateAuthorizer } from './validate-authorizer';

/** A UUID, `-account-` and the longest account id leave this of the 128 characters of an API key's value. */
const MAX_SCOPE_NAME = 40;

/**
 * A Lambda authorizer that admits callers with a subscription and makes API Gateway refuse the others.
 *
 * Give it to any `RestApi` as `authorizer`. `Paywall` does so, and proves at synth what this construct alone leaves
 * to its user:
 *
 * - `PaymentRequiredResponses` on the API: without them a missing payment leaves as 403;
 * - the authorizer on every method that is not public;
 * - for throttles per account: `apiKeySourceType: AUTHORIZER` on the API, `apiKeyRequired` on the methods, and API
 *   keys of the values {@link poolKeyValue} and {@link accountKeyValue} on a usage plan of the stage. As long as this
 *   is not proven, what `Paywall` answers with 403 is answered with 401;
 * - a new deployment when gateway responses or the authorization of a method change.
 *
 * The results cache is off unless `QuotaEnforcement.usagePlan()` turns it on: it would repeat refusals after a payment
 * and skip the count of units.
 */
export class SubscriptionAuthorizer extends apigateway.Authorizer {
  public readonly authorizerId: string;
  public override readonly authorizationType?: apigateway.AuthorizationType =
    apigateway.AuthorizationType.CUSTOM;
  /** ARN of the authorizer, as the source of its invocations. */
  public readonly authorizerArn: string;
  /** Where accounts are kept. */
  public readonly accountTable: IAccountTable;
  /** Secret by which imported keys are recognised; undefined without `Identity.importedKeys()`. */
  public readonly importedKeysPepper?: secretsmanager.ISecret;
  /** The function that decides. */
  public readonly handler: lambda.Function;
  /** Where callers put their key. */
  public readonly credentialSource: CredentialSource;
  /** Number of shared API Gateway keys that the function counts on. */
  public readonly poolKeys: number;
  /** @internal */
  public readonly _catalogue: CatalogueBuilder;
  /** @internal */
  public readonly _usageKeyScope: string;
  /** @internal */
  public readonly _memory: Duration;
  /** @internal */
  public readonly _quotaEnforcement: QuotaEnforcement;
  private keysRequired = false;
  private paysByLink = false;
  private warned = false;
  private readonly resource: apigateway.CfnAuthorizer;
  private restApi?: apigateway.IRestApi;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: SubscriptionAuthorizerProps) {
    super(scope, id);
    const rules = new Rules();
    validateAuthorizer(rules, props);
    rules.enforce(this.node.path);

    this._quotaEnforcement = props.quotaEnforcement ?? QuotaEnforcement.exact();
    this._catalogue = new CatalogueBuilder(props, this._quotaEnforcement);
    this.accountTable = props.accountTable ?? new AccountTable(this, 'AccountTable');
    this.credentialSource = props.credentialSource ?? CredentialSource.bearer();
    this.poolKeys = props.poolKeys ?? DEFAULT_POOL_KEYS;
    this._usageKeyScope = usageKeyScope(this);
    this._memory = memoryOf(props);
    this.importedKeysPepper = importedKeysPepper(this, props);
    const fn = new AuthorizerFunction(this, 'Function', {
      ...props,
      accountTable: this.accountTable,
      catalogue: this._catalogue,
      usageKeyScope: this._usageKeyScope,
      pepper: this.importedKeysPepper,
      keysRequired: Lazy.string({ produce: () => String(this.keysRequired) }),
    });
    this.handler = fn.handler;

    const restApiId = Lazy.string({ produce: () => this.requireRestApi().restApiId });
    this.resource = new apigateway.CfnAuthorizer(this, 'Resource', {
      name: props.authorizerName ?? Names.uniqueId(this),
      restApiId,
      type: 'REQUEST',
      authorizerUri: invocationUri(this.handler),
      authorizerResultTtlInSeconds: this._quotaEnforcement.resultsCacheTtl.toSeconds(),
      identitySource: identitySource(this.credentialSource, this._quotaEnforcement),
    });
    this.authorizerId = this.resource.ref;
    this.authorizerArn = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: restApiId,
      resourceName: `authorizers/${this.authorizerId}`,
    });
    this.node.addValidation({ validate: () => this.checkQuotaEnforcement() });
    this.handler.addPermission('Invoke', {
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: this.authorizerArn,
    });
    Aspects.of(this).add(
      {
        visit: (node) => {
          if (node !== this) return;
          fn.stageCode();
          this.warnWithoutActionUrls();
        },
      },
      { priority: AspectPriority.MUTATING },
    );
  }

  /**
   * Says what a route asks of its callers.
   *
   * @param pattern `VERB /path`, see `CatalogueOptions.routes`
   * @throws PaywallError when the pattern is malformed or declared already
   */
  public addRoute(pattern: string, route: Route): void {
    this._catalogue.addRoute(pattern, route, this.node.path);
  }

  /**
   * Makes the `actionUrl` of each 402 a signed, short-lived link to a route that leads to the right payment page.
   * Links that `actionUrls` names go before it. A link is valid for an hour after API Gateway has given it out for the
   * last time: an answer that it caches carries the same one for `resultsCacheTtl`.
   *
   * @param secret what the links are signed with, as its whole plain text; the function is granted to read it
   * @param path of the route on the same API, for example `/pay`, which is given the link's token as `t`
   */
  public signPayLinks(secret: secretsmanager.ISecret, path: string): void {
    secret.grantRead(this.handler);
    this.handler.addEnvironment('PAY_LINK_SECRET', secret.secretArn);
    this.handler.addEnvironment('PAY_LINK_PATH', path);
    this.handler.addEnvironment('PAY_LINK_LIFETIME_MS', String(this._payLinkLifetimeMs));
    this.paysByLink = true;
  }

  /** @internal */
  public get _payLinkLifetimeMs(): number {
    return payLinkLifetime(this._quotaEnforcement.resultsCacheTtl.toMilliseconds());
  }

  /**
   * Value of a shared API Gateway key; not a secret, as callers cannot present it.
   *
   * @param index 0 to `poolKeys` - 1
   */
  public poolKeyValue(index: number): string {
    return poolUsageKey(this._usageKeyScope, index);
  }

  /** Value of an account's own API Gateway key, for the attribute `usageKey` of the account. */
  public accountKeyValue(accountId: string): string {
    return accountUsageKey(this._usageKeyScope, accountId);
  }

  /** Requests that were admitted. */
  public metricAllowed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Allowed', options);
  }

  /** Requests that were refused because money is missing: 402. */
  public metricPaymentRequired(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('PaymentRequired', options);
  }

  /** Requests whose credential was not believed: 401. Calls without any credential may not reach the function. */
  public metricUnauthorized(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Unauthorized', options);
  }

  /** Requests that were refused although paid: 403. */
  public metricForbidden(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Forbidden', options);
  }

  /**
   * Requests that could not be decided: 503. Alarm on this one rather than on the function's errors, which count
   * every 401.
   */
  public metricFault(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Fault', options);
  }

  /**
   * Called by API Gateway's methods when the authorizer is given to them.
   *
   * @internal
   */
  public _attachToApi(restApi: apigateway.IRestApi): void {
    if (this.restApi === restApi) return;
    if (this.restApi !== undefined && this.restApi.restApiId !== restApi.restApiId) {
      throw new PaywallError(this.node.path, [
        {
          code: 'AuthorizerAttachedTwice',
          message: `an authorizer belongs to one API, got ${this.restApi.node.path} and ${restApi.node.path}; make one for each`,
        },
      ]);
    }
    this.restApi = restApi;
    // A changed authorizer goes live with a new deployment only, whatever the feature flags (AG §10).
    restApi.latestDeployment?.addToLogicalId(
      Lazy.uncachedAny({
        produce: () => ({
          authorizer: renderProperties(this.resource),
          catalogue: this._catalogue.definition,
        }),
      }),
    );
  }

  /**
   * Says that every method behind the authorizer is proven to require an API key, without which a refusal with 403
   * would be an admission.
   *
   * @internal
   */
  public _declareKeysRequired(): void {
    this.keysRequired = true;
  }

  /** Without a key that is checked, nobody would count at all. */
  private checkQuotaEnforcement(): string[] {
    if (!this._quotaEnforcement._byUsagePlan || this.keysRequired) return [];
    return [
      'QuotaEnforcementNeedsPaywall: quotaEnforcement must be exact() where no Paywall proves that each call counts on a ' +
        'usage plan, got usagePlan(); leave it out, or use Paywall or PaidApi',
    ];
  }

  private metric(name: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, name, options).attachTo(this);
  }

  /** Judged at synth: pay links may be set up after the authorizer. */
  private warnWithoutActionUrls(): void {
    const { actionUrls } = this._catalogue.definition;
    if (this.warned || this.paysByLink || Object.keys(actionUrls).length > 0) return;
    this.warned = true;
    Annotations.of(this).addWarningV2(
      'cdk-api-paywall:noActionUrls',
      'a 402 should hold a link that fixes it, got none: add a StripeCheckout, or name at least the page of ' +
        '`subscribe` in actionUrls',
    );
  }

  private requireRestApi(): apigateway.IRestApi {
    if (this.restApi) return this.restApi;
    throw new PaywallError(this.node.path, [
      {
        code: 'AuthorizerNotAttached',
        message:
          'an authorizer must belong to an API, got none; pass it as authorizer of a method or of a RestApi',
      },
    ]);
  }
}

/**
 * What the credential is read from, and what the results cache tells requests apart by. A cached answer holds for one
 * method only: the reason that it gives belongs to that method.
 */
function identitySource(
  { identitySource: header }: CredentialSource,
  { resultsCacheTtl }: QuotaEnforcement,
): string | undefined {
  if (header === undefined || resultsCacheTtl.toSeconds() === 0) return header;
  const method = ['httpMethod', 'resourcePath'].map((name) => apigateway.IdentitySource.context(name));
  return [header, ...method].join(',');
}

/** Retained with the table: without it the keys of every customer who was taken over are lost. */
function importedKeysPepper(
  authorizer: Construct,
  { identities = [] }: SubscriptionAuthorizerProps,
): secretsmanager.ISecret | undefined {
  const options = identities.find(({ _imported }) => _imported !== undefined)?._imported;
  if (options === undefined) return undefined;
  return (
    options.pepper ??
    new secretsmanager.Secret(authorizer, 'ImportedKeysPepper', {
      description: 'Recognises keys of an earlier system; do not change it, or none of them is any more',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    })
  );
}

/** Unique in account and Region, as the values of API keys have to be: the stack's UUID makes it so. */
function usageKeyScope(authorizer: Construct): string {
  const name = Names.uniqueResourceName(authorizer, { maxLength: MAX_SCOPE_NAME, separator: '-' });
  return `${name}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
}

function invocationUri(handler: lambda.IFunction): string {
  return Stack.of(handler).formatArn({
    service: 'apigateway',
    account: 'lambda',
    resource: 'path',
    resourceName: `2015-03-31/functions/${handler.functionArn}/invocations`,
  });
}
