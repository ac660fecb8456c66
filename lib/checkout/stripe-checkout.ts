import { AspectPriority, Aspects, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { authorizerMetric } from '../authorizer/authorizer-metrics';
import { grantBilling } from '../billing-webhook/billing-grants';
import { throttleMethod } from '../billing-webhook/method-throttle';
import { BundledFunction } from '../bundle/bundled-function';
import { CatalogueCode } from '../bundle/catalogue-code';
import { functionBundle } from '../bundle/function-bundle';
import { Rules } from '../errors/rules';
import type { Throttle } from '../plan/throttle';
import { keepPrivate } from '../paywall/private-method';
import { Route } from '../route/route';
import type { StripeCheckoutProps } from './stripe-checkout-props';
import { validateStripeCheckout } from './validate-stripe-checkout';

const DEFAULT_THROTTLE: Throttle = { rateLimit: 10, burstLimit: 20 };
/** Below what Stripe takes, should all of them hold links: 100 requests per second in live mode. */
const DEFAULT_LINK_THROTTLE: Throttle = { rateLimit: 50, burstLimit: 100 };
/** Below the 29 seconds after which API Gateway gives up. */
const TIMEOUT = Duration.seconds(28);
/** Scope that a key needs to open payment pages; off unless granted. */
const BILLING = 'billing';

/**
 * Payment pages of Stripe, one link away from every 402.
 *
 * | Route | Asks for | Answer |
 * | --- | --- | --- |
 * | `GET /pay?t=` | the link of a 402 | leads to what the account needs: Checkout, its card, its open invoice |
 * | `GET /pay?plan=` | nothing | a page with a button that buys; asks Stripe nothing |
 * | `POST /pay?plan=` | nothing | leads someone without an account to Checkout |
 * | `GET /billing/claim` | the address to which that buyer returns | account and first key, once |
 * | `POST /billing/checkout` | scope `billing` | address of a checkout session |
 * | `POST /billing/portal` | scope `billing` | address of the customer portal |
 *
 * A link is worth as much as an API key that could ask for one: it leads to single tasks, never to the portal's home.
 * An account with a subscription that lives is never sent to buy a second one.
 */
export class StripeCheckout extends Construct {
  /** The function behind the routes. */
  public readonly handler: lambda.Function;
  /** The methods, by their names: `pay`, `buy`, `claim`, `checkout`, `portal`. */
  public readonly methods: { [name: string]: apigateway.Method };
  /** A payment could not be linked to its account: its payer is left outside. Has no action: add yours. */
  public readonly notLinkedAlarm: cloudwatch.Alarm;

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: StripeCheckoutProps) {
    super(scope, id);
    const { webhook, payPathPart = 'pay' } = props;
    const { throttle = DEFAULT_THROTTLE, linkThrottle = DEFAULT_LINK_THROTTLE } = props;
    const { paywall } = webhook;
    const catalogue = paywall.authorizer._catalogue;
    const rules = new Rules();
    validateStripeCheckout(rules, props, catalogue.definition.actionUrls);
    rules.enforce(this.node.path);

    const billing = webhook._root;
    const code = new CatalogueCode(functionBundle('checkout', this.node.path), catalogue);
    this.handler = new BundledFunction(this, 'Function', {
      bundle: 'checkout',
      description: 'Opens payment pages of Stripe, and hands keys to those who have paid',
      code,
      memorySize: 512,
      timeout: TIMEOUT,
      environment: {
        BILLING_SETTINGS: webhook._settings,
        CHECKOUT_SETTINGS: this.settings(props, `${billing.path}/claim`),
      },
    }).handler;
    Aspects.of(this).add(
      { visit: (node) => void (node === this && code.stage()) },
      { priority: AspectPriority.MUTATING },
    );
    for (const secret of new Set([webhook._stripe!.apiKey!, ...webhook.linkSecrets])) {
      secret.grantRead(this.handler);
    }
    webhook.eventBus.grantPutEventsTo(this.handler);
    grantBilling(this.handler, paywall.accountTable);

    const integration = new apigateway.LambdaIntegration(this.handler, { allowTestInvoke: false });
    const add = (resource: apigateway.IResource, verb: string, route: Route): apigateway.Method => {
      // The paywall guards whatever is not public.
      const method = resource.addMethod(verb, integration, {
        authorizationType: apigateway.AuthorizationType.NONE,
        apiKeyRequired: false,
      });
      paywall.addMethodRoute(method, route);
      return method;
    };
    const pay = paywall.restApi.root.addResource(payPathPart);
    this.methods = {
      pay: add(pay, 'GET', Route.public()),
      buy: add(pay, 'POST', Route.public()),
      claim: add(billing.addResource('claim'), 'GET', Route.public()),
      checkout: add(billing.addResource('checkout'), 'POST', Route.identified({ scope: BILLING })),
      portal: add(billing.addResource('portal'), 'POST', Route.identified({ scope: BILLING })),
    };
    // A lid for each: whoever floods one does not keep those from the others who have a link, have paid, or want to.
    const { deploymentStage } = paywall.restApi;
    throttleMethod(deploymentStage, this.methods.buy!, throttle);
    for (const method of [this.methods.pay!, this.methods.claim!]) {
      throttleMethod(deploymentStage, method, linkThrottle);
    }
    for (const method of Object.values(this.methods)) keepPrivate(paywall.restApi.deploymentStage, method);
    paywall.authorizer.signPayLinks(webhook.linkSecrets[0]!, pay.path);
    this.notLinkedAlarm = this.metricNotLinked({ period: Duration.minutes(5) }).createAlarm(
      this,
      'NotLinkedAlarm',
      {
        alarmDescription:
          'A payment could not be linked to its account; the log of the function says which, and what to do',
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      },
    );
  }

  /** Checkout sessions that buyers were led to. */
  public metricCheckoutOpened(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('CheckoutOpened', options);
  }

  /** Other payment pages that customers were led to: their card, an invoice, the portal. */
  public metricPortalOpened(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('PortalOpened', options);
  }

  /** Buyers without an account who were given their first key. */
  public metricClaimed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Claimed', options);
  }

  /** Requests that were refused: links that are not believed any more, bodies that make no sense. */
  public metricRefused(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Refused', options);
  }

  /** Payments that could not be linked to their account, each time that somebody comes for one. */
  public metricNotLinked(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('NotLinked', options);
  }

  /** Requests that could not be served: Stripe or a service was away, or refused what we asked. Alarm on this one. */
  public metricFault(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('Fault', options);
  }

  private metric(name: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return authorizerMetric(this.handler.functionName, name, options).attachTo(this);
  }

  private settings(props: StripeCheckoutProps, claimPath: string): string {
    const {
      allowedOrigins,
      returnUrl,
      portalConfiguration,
      planChangesByLink = true,
      firstKeyScopes = [],
    } = props;
    return Stack.of(this).toJsonString({
      allowedOrigins,
      returnUrl,
      successUrl: props.successUrl ?? returnUrl,
      cancelUrl: props.cancelUrl ?? returnUrl,
      ...(portalConfiguration !== undefined && { portalConfiguration }),
      planChangesByLink,
      firstKeyScopes,
      claimPath,
      payLinkLifetimeMs: props.webhook.paywall.authorizer._payLinkLifetimeMs,
    });
  }
}
