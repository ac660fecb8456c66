import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { IAccountTable } from '../account-table/i-account-table';
import { SubscriptionAuthorizer } from '../authorizer/subscription-authorizer';
import { ACCOUNT_ID_PATTERN } from '../domain/key';
import { got, Rules } from '../errors/rules';
import { PaymentRequiredResponses } from '../responses/payment-required-responses';
import type { Route } from '../route/route';
import { feedDeployment } from './deployment-fingerprint';
import { finalChecks } from './final-checks';
import { Guard } from './guard';
import { ownedRestApi } from './owned-rest-api';
import type { PaywallProps } from './paywall-props';
import { WarnOfOtherPlans } from './plans-of-stage';
import { DEFAULT_STAGE_THROTTLE, throttleStage } from './stage-throttle';
import { UsagePlans } from './usage-plans';
import { validatePaywall } from './validate-paywall';

/**
 * A paywall around a `RestApi`: every method, added before or after, asks for a subscription unless its route is
 * declared otherwise, and a missing payment is answered 402 with a link that fixes it.
 *
 * It sets the authorization of the API's methods, `apiKeySourceType` and the gateway responses, adds usage plans to
 * the stage, and makes a new deployment whenever one of these changes. What it cannot guarantee fails at synth.
 */
export class Paywall extends Construct {
  /** The API behind the paywall. */
  public readonly restApi: apigateway.RestApi;
  /** The authorizer on every method that is not public. */
  public readonly authorizer: SubscriptionAuthorizer;
  /** Where accounts are kept. */
  public readonly accountTable: IAccountTable;
  /** The responses that API Gateway makes itself. */
  public readonly responses: PaymentRequiredResponses;
  /** The usage plan of each plan, by the plan's id. */
  public readonly usagePlans: { [planId: string]: apigateway.UsagePlan };
  /** The usage plan of the keys that accounts without an own key share. */
  public readonly poolUsagePlan: apigateway.UsagePlan;
  private readonly plans: UsagePlans;
  private readonly eventBuses: events.IEventBus[] = [];
  private provisionedPlans: readonly string[] = [];
  private readonly busListeners: ((bus: events.IEventBus) => void)[] = [];

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: PaywallProps) {
    super(scope, id);
    const rules = new Rules();
    validatePaywall(rules, props);
    rules.enforce(this.node.path);
    const owned = ownedRestApi(props.restApi, this);

    this.restApi = owned.api;
    this.authorizer = new SubscriptionAuthorizer(this, 'Authorizer', props);
    this.authorizer._attachToApi(owned.api);
    this.authorizer._declareKeysRequired();
    this.accountTable = this.authorizer.accountTable;
    this.responses = new PaymentRequiredResponses(this, 'Responses', {
      ...props,
      challenge: this.authorizer.credentialSource.challenge,
    });
    this.plans = new UsagePlans(
      this,
      'UsagePlans',
      owned.stage,
      this.authorizer,
      props.plans,
      props.poolThrottle,
    );
    this.usagePlans = this.plans.byPlan;
    this.poolUsagePlan = this.plans.pool;

    owned.resource.apiKeySourceType = apigateway.ApiKeySourceType.AUTHORIZER;
    throttleStage(owned.stage, props.stageThrottle ?? DEFAULT_STAGE_THROTTLE);
    // The API's methods may be anywhere in the app, up to the boundary that aspects do not cross.
    const root = Stage.of(this) ?? this.node.root;
    Aspects.of(root).add(new Guard(owned, this.authorizer, props.forwardCredential ?? false), {
      priority: AspectPriority.MUTATING,
    });
    Aspects.of(root).add(new WarnOfOtherPlans(this, owned.stage), { priority: AspectPriority.READONLY });
    feedDeployment(owned, root);
    this.node.addValidation({
      validate: () =>
        finalChecks({
          root,
          restApi: owned,
          authorizer: this.authorizer,
          acknowledgeResourcePolicy: props.acknowledgeResourcePolicy ?? false,
          provisionedPlans: this.provisionedPlans,
        }),
    });
  }

  /**
   * Says what a route asks of its callers.
   *
   * @param pattern `VERB /path`, see `CatalogueOptions.routes`
   * @throws PaywallError when the pattern is malformed or declared already
   */
  public addRoute(pattern: string, route: Route): void {
    this.authorizer.addRoute(pattern, route);
  }

  /**
   * Says what a method asks of its callers: `addRoute` for the method's own verb and path.
   *
   * @throws PaywallError when the route is declared already
   */
  public addMethodRoute(method: apigateway.Method, route: Route): void {
    this.addRoute(`${method.httpMethod} ${method.resource.path}`, route);
  }

  /**
   * Makes an API Gateway key for an account that is known at synth, on the usage plan of its plan, so that the plan's
   * throttle holds for this account alone. Whoever creates the account stores the key's value in its attribute
   * `usageKey`; it is `authorizer.accountKeyValue(accountId)`.
   *
   * @param accountId `[a-z0-9]`, 1 to 40 characters
   * @param planId id of one of the plans
   * @throws PaywallError when one of the two is not
   */
  public addAccountKey(accountId: string, planId: string): apigateway.ApiKey {
    const rules = new Rules();
    rules.check(
      ACCOUNT_ID_PATTERN.test(accountId),
      'AccountIdInvalid',
      `accountId must match ${ACCOUNT_ID_PATTERN.source}, got ${got(accountId)}; use lower-case letters and digits`,
    );
    rules.check(
      Object.hasOwn(this.usagePlans, planId),
      'PlanUnknown',
      `planId must be one of ${Object.keys(this.usagePlans).map(got).join(', ')}, got ${got(planId)}; add it to plans`,
    );
    rules.enforce(this.node.path);
    return this.plans.addAccountKey(accountId, planId);
  }

  /**
   * Whether somebody makes API Gateway keys for accounts already.
   *
   * @internal
   */
  public get _isProvisioned(): boolean {
    return this.provisionedPlans.length > 0;
  }

  /**
   * Says which plans' accounts get API Gateway keys of their own.
   *
   * @internal
   */
  public _declareProvisioned(plans: readonly string[]): void {
    this.provisionedPlans = [...this.provisionedPlans, ...plans];
  }

  /**
   * Names a bus on which changes of accounts are told.
   *
   * @internal
   */
  public _addEventBus(bus: events.IEventBus): void {
    this.eventBuses.push(bus);
    for (const listener of this.busListeners) listener(bus);
  }

  /**
   * Calls back for each bus on which changes of accounts are told, those that are still to be made included.
   *
   * @internal
   */
  public _onEventBus(listener: (bus: events.IEventBus) => void): void {
    this.busListeners.push(listener);
    this.eventBuses.forEach(listener);
  }

  /** To look at accounts, keys and billing: support, reports. */
  public grantReadAccounts(grantee: iam.IGrantable): iam.Grant {
    return this.accountTable.grantReadAccounts(grantee);
  }

  /** To create and change accounts and keys: the operator's CLI, a sign-up function. */
  public grantManageAccounts(grantee: iam.IGrantable): iam.Grant {
    return this.accountTable.grantManageAccounts(grantee);
  }

  /** Requests that were admitted. */
  public metricAllowed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.authorizer.metricAllowed(options);
  }

  /** Requests that were refused because money is missing: 402. */
  public metricPaymentRequired(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.authorizer.metricPaymentRequired(options);
  }

  /** Requests whose credential was not believed: 401. Calls without any credential may not be counted. */
  public metricUnauthorized(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.authorizer.metricUnauthorized(options);
  }

  /** Requests that were refused although paid: 403. */
  public metricForbidden(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.authorizer.metricForbidden(options);
  }

  /** Requests that could not be decided: 503. The one to alarm on. */
  public metricFault(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.authorizer.metricFault(options);
  }
}
