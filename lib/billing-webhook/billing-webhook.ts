import { Annotations, AspectPriority, Aspects, Duration, Stack, type CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AccountEventType } from '../account-events/account-event-type';
import { AccountEvents } from '../account-events/account-events';
import type { OnAccountEventOptions } from '../account-events/on-account-event-options';
import { authorizerMetric } from '../authorizer/authorizer-metrics';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import { METADATA_KEY } from '../bundle/metadata-key';
import { Rules } from '../errors/rules';
import type { Paywall } from '../paywall/paywall';
import { keepPrivate } from '../paywall/private-method';
import { Route } from '../route/route';
import type { Throttle } from '../plan/throttle';
import { grantBilling } from './billing-grants';
import { BillingReconciler } from './billing-reconciler';
import type { BillingWebhookProps, StripeWebhookOptions } from './billing-webhook-props';
import { throttleMethod } from './method-throttle';
import { OutboxSweeper } from './outbox-sweeper';
import { Reconciliation } from './reconciliation';
import { renderSettings } from './render-settings';
import { validateBillingWebhook } from './validate-billing-webhook';

const DEFAULT_THROTTLE: Throttle = { rateLimit: 50, burstLimit: 100 };
/** The most that SQS takes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Below the 29 seconds after which API Gateway gives up, so that the log says what took so long. */
const TIMEOUT = Duration.seconds(28);

/**
 * Turns events of payment providers into access: a payment opens the API on the next request.
 *
 * | Route | Takes |
 * | --- | --- |
 * | `POST /billing/stripe` | events of Stripe, signed with the endpoint's secret |
 * | `POST /billing/events` | Standard Webhooks of any other biller, or of a script |
 *
 * Both are `Route.public()`, as providers have no key: what protects them is the signature, over the raw body. An event
 * is answered 2xx when it is stored and the account shows it, 400 when it is not to be believed, 413 when it is too
 * large, 503 when it could not be stored. Events that fail are kept in a dead-letter queue with an alarm.
 */
export class BillingWebhook extends Construct {
  /** The paywall on whose API the routes are served. */
  public readonly paywall: Paywall;
  /** The function behind the routes. */
  public readonly handler: lambda.Function;
  /** Bus on which changes of accounts are told. */
  public readonly eventBus: events.IEventBus;
  /** Events whose signature was good and which could not be applied; 14 days. */
  public readonly failedEvents: sqs.Queue;
  /** Something is in `failedEvents`. Has no action: add yours. */
  public readonly failedEventsAlarm: cloudwatch.Alarm;
  /** A customer was kept from paying for an account that another one pays for. Has no action: add yours. */
  public readonly conflictAlarm: cloudwatch.Alarm;
  /** Secrets by which checkout sessions link a customer to an account; the first one signs. Empty without Stripe. */
  public readonly linkSecrets: secretsmanager.ISecret[];
  /** The function that compares accounts with what Stripe says; absent without `stripe.apiKey` or when turned off. */
  public readonly reconciler?: lambda.Function;
  /** Accounts had missed events and were repaired. Has no action: add yours. */
  public readonly repairedAlarm?: cloudwatch.Alarm;
  /** Accounts could not be compared with what Stripe says. Has no action: add yours. */
  public readonly reconciliationAlarm?: cloudwatch.Alarm;
  /** The methods, by the last segment of their path: `stripe`, `events`. */
  public readonly methods: { [name: string]: apigateway.Method } = {};

  /** @internal */
  public readonly _stripe?: StripeWebhookOptions;
  /** @internal What the functions that apply facts are told. */
  public readonly _settings: string;
  /** @internal Resource above the routes. */
  public readonly _root: apigateway.IResource;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: BillingWebhookProps) {
    super(scope, id);
    const { paywall, stripe, standard, pathPart = 'billing' } = props;
    const catalogue = paywall.authorizer._catalogue;
    const rules = new Rules();
    validateBillingWebhook(rules, props, catalogue.plans);
    rules.enforce(this.node.path);
    this.warn(props);
    this.paywall = paywall;
    this._stripe = stripe;

    this.eventBus = props.eventBus ?? new events.EventBus(this, 'EventBus');
    paywall._addEventBus(this.eventBus);
    this.failedEvents = new sqs.Queue(this, 'FailedEvents', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    // Said, as queues in places that SQS has not caught up with may take less by default; older versions of `Queue` do not
    // know the limit of today, and refuse it.
    (this.failedEvents.node.defaultChild as sqs.CfnQueue).maximumMessageSize = MAX_MESSAGE_BYTES;
    this.linkSecrets = stripe ? (stripe.linkSecrets ?? [this.linkSecret()]) : [];

    this._settings = renderSettings(this, props, {
      eventBus: this.eventBus,
      failedEvents: this.failedEvents,
      linkSecrets: this.linkSecrets,
    });
    const code = new CatalogueCode(functionBundle('billing-webhook', this.node.path), catalogue);
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'billing-webhook',
      description: 'Turns events of payment providers into access',
      code,
      timeout: TIMEOUT,
      environment: { BILLING_SETTINGS: this._settings },
    }).handler;
    Aspects.of(this).add(
      { visit: (node) => void (node === this && code.stage()) },
      { priority: AspectPriority.MUTATING },
    );
    this.grant(props);
    new OutboxSweeper(this, 'Sweeper', {
      accountTable: paywall.accountTable,
      catalogue,
      eventBus: this.eventBus,
      settings: this._settings,
      indexName: props.outboxIndexName,
    });

    const rate = stripe && (stripe.reconciliation ?? Reconciliation.daily())._rate;
    if (stripe?.apiKey && rate) {
      const { handler, repairedAlarm, failedAlarm } = new BillingReconciler(this, 'Reconciler', {
        accountTable: paywall.accountTable,
        catalogue,
        eventBus: this.eventBus,
        settings: this._settings,
        secrets: [stripe.apiKey, ...this.linkSecrets],
        rate,
      });
      this.reconciler = handler;
      this.repairedAlarm = repairedAlarm;
      this.reconciliationAlarm = failedAlarm;
    }

    this._root = paywall.restApi.root.addResource(pathPart);
    const integration = new apigateway.LambdaIntegration(this.handler, { allowTestInvoke: false });
    for (const name of [...(stripe ? ['stripe'] : []), ...(standard ? ['events'] : [])]) {
      const method = this._root.addResource(name).addMethod('POST', integration, {
        authorizationType: apigateway.AuthorizationType.NONE,
        // Also where the API asks for keys by default: nobody could present one here.
        apiKeyRequired: false,
      });
      paywall.addMethodRoute(method, Route.public());
      throttleMethod(paywall.restApi.deploymentStage, method, props.throttle ?? DEFAULT_THROTTLE);
      // A cached 2xx would acknowledge the events after it, which nobody has seen.
      keepPrivate(paywall.restApi.deploymentStage, method);
      this.methods[name] = method;
    }
    this.mark(paywall.restApi);

    this.failedEventsAlarm = this.failedEvents
      .metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'max' })
      .createAlarm(this, 'FailedEventsAlarm', {
        alarmDescription: 'Events of a payment provider could not be applied; see the messages of the queue',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
    this.conflictAlarm = this.metricConflict({ period: Duration.minutes(5) }).createAlarm(
      this,
      'ConflictAlarm',
      {
        alarmDescription: 'A customer was kept from paying for an account that another one pays for',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
    );
  }

  /**
   * A rule that hears of changes of accounts. Events come at least once and may overtake each other: see
   * `AccountEventDetail`.
   */
  public onAccountEvent(id: string, options: OnAccountEventOptions = {}): events.Rule {
    const { types = [], target, crossStackScope, ...props } = options;
    const rule = new events.Rule(crossStackScope ?? this, id, { ...props, eventBus: this.eventBus });
    rule.addEventPattern(AccountEvents.pattern(...types));
    rule.addTarget(target);
    return rule;
  }

  /** A rule that hears of accounts whose subscription is paid for, for the first time or again after its end. */
  public onSubscriptionActivated(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onAccountEvent(id, { ...options, types: [AccountEventType.SUBSCRIPTION_ACTIVATED] });
  }

  /** A rule that hears of subscriptions that have ended. */
  public onSubscriptionCanceled(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onAccountEvent(id, { ...options, types: [AccountEventType.SUBSCRIPTION_CANCELED] });
  }

  /** A rule that hears of charges that failed: access ends when the plan's grace is over. */
  public onPaymentFailed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onAccountEvent(id, { ...options, types: [AccountEventType.PAYMENT_FAILED] });
  }

  /** A rule that hears of accounts that are on another plan now. */
  public onPlanChanged(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this.onAccountEvent(id, { ...options, types: [AccountEventType.PLAN_CHANGED] });
  }

  /** Events that were stored and projected. */
  public metricApplied(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Applied', options);
  }

  /** Events that wait for their customer to be linked to an account. */
  public metricParked(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Parked', options);
  }

  /** Events of customers who may not pay for the account they name; kept for a person to decide on. */
  public metricConflict(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Conflict', options);
  }

  /** Requests that were not believed: 400 and 413. */
  public metricRefused(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Refused', options);
  }

  /** Events that could not be stored: 503. The provider delivers them again. */
  public metricFault(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Fault', options);
  }

  /** Events whose change was stored and could not be told on the bus; the sweeper does it later. */
  public metricUnpublished(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Unpublished', options);
  }

  /** By which tools find the function, and the address of its routes. */
  private mark(restApi: apigateway.RestApi): void {
    const resource = this.handler.node.defaultChild as CfnResource;
    resource.addMetadata(METADATA_KEY, {
      role: 'billing-webhook',
      api: Stack.of(restApi).getLogicalId(restApi.node.defaultChild as apigateway.CfnRestApi),
      paths: Object.fromEntries(
        Object.entries(this.methods).map(
          ([
            name,
            {
              resource: { path },
            },
          ]) => [name, path],
        ),
      ),
    });
  }

  private metric(name: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, name, options);
  }

  private linkSecret(): secretsmanager.ISecret {
    return new secretsmanager.Secret(this, 'LinkSecret', {
      description: 'Signs checkout sessions, so that only ours link a customer to an account',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  }

  private grant({ paywall: { accountTable }, stripe, standard }: BillingWebhookProps): void {
    const secrets = [
      ...(stripe?.signingSecrets ?? []),
      ...(stripe?.apiKey ? [stripe.apiKey] : []),
      ...this.linkSecrets,
      ...(standard?.signingSecrets ?? []),
    ];
    for (const secret of new Set(secrets)) secret.grantRead(this.handler);
    this.eventBus.grantPutEventsTo(this.handler);
    this.failedEvents.grantSendMessages(this.handler);
    grantBilling(this.handler, accountTable);
  }

  private warn({ stripe }: BillingWebhookProps): void {
    if (!stripe || stripe.apiKey || (stripe.refunds && stripe.disputes)) return;
    Annotations.of(this).addWarningV2(
      'cdk-api-paywall:reversalsIgnored',
      'refunds and disputes do not end access, as their events name no customer and there is no stripe.apiKey to ' +
        'ask with; pass one, or say refunds and disputes: ReversalPolicy.IGNORE',
    );
  }
}
