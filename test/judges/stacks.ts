import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import {
  AccountApi,
  AccountTable,
  BillingWebhook,
  CredentialSource,
  Identity,
  OutagePolicy,
  OverageReporter,
  PaidApi,
  PaymentRequiredResponses,
  Paywall,
  Plan,
  Quota,
  QuotaAnchor,
  QuotaEnforcement,
  Route,
  StripeCheckout,
  SubscriptionAuthorizer,
  UsageKeyProvisioner,
} from '../../lib';

const LINK = 'https://shop.example/?account={account}';
const ACTION_URLS = {
  subscribe: LINK,
  updatePaymentMethod: LINK,
  completePayment: LINK,
  upgradePlan: LINK,
  resume: LINK,
  contactSeller: LINK,
};
const PLANS = [
  Plan.free('free', { quota: Quota.perDay(10), routes: ['GET /hello'] }),
  Plan.paid('weekly', { quota: Quota.perWeek(10), throttle: { rateLimit: 0.5, burstLimit: 1 } }),
  Plan.paid('pro', {
    quota: Quota.perMonth(1_000_000, { anchor: QuotaAnchor.ANNIVERSARY }),
    throttle: { rateLimit: 100, burstLimit: 200 },
    trialDays: 14,
    graceDays: 7,
    priceIds: ['price_monthly', 'price_yearly'],
  }),
  Plan.paid('unlimited'),
];

/** The constructs as users combine them, by name: each way of use that changes the shape of a template. */
export const STACKS: Readonly<Record<string, (stack: Stack) => void>> = {
  'the least that works': (stack) => {
    const api = new PaidApi(stack, 'Api', { plans: [Plan.free('free')], actionUrls: ACTION_URLS });
    hello(api.root);
  },

  'billing by Stripe and others': (stack) => {
    const api = new PaidApi(stack, 'Api', { plans: PLANS, actionUrls: ACTION_URLS });
    hello(api.root);
    const secret = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, name, name);
    new BillingWebhook(stack, 'Billing', {
      paywall: api.paywall,
      stripe: { signingSecrets: [secret('new'), secret('old')], apiKey: secret('key') },
      standard: { signingSecrets: [secret('standard')] },
    });
  },

  'all that hangs on a paywall': (stack) => {
    const api = new PaidApi(stack, 'Api', {
      plans: [Plan.paid('soft', { quota: Quota.perDay(10, { maxOverage: 5 }), priceIds: ['price_soft'] })],
      identities: [Identity.keys(), Identity.importedKeys()],
      credentialSource: CredentialSource.either(),
    });
    hello(api.root);
    const { paywall } = api;
    const secret = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, name, name);
    const apiKey = secret('key');
    const webhook = new BillingWebhook(stack, 'Billing', {
      paywall,
      stripe: { signingSecrets: [secret('signing')], apiKey },
    });
    webhook.onPaymentFailed('Reminders', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Reminded')) });
    new StripeCheckout(stack, 'Checkout', {
      webhook,
      allowedOrigins: ['https://shop.example'],
      returnUrl: 'https://shop.example/account',
    });
    new OverageReporter(stack, 'Overage', { paywall, apiKey, meterEventName: 'calls' });
    new AccountApi(stack, 'Account', { paywall });
    new UsageKeyProvisioner(stack, 'Keys', { paywall });
  },

  'quotas held by usage plans': (stack) => {
    const api = new PaidApi(stack, 'Api', {
      plans: [Plan.paid('daily', { quota: Quota.perDay(10) })],
      actionUrls: ACTION_URLS,
      quotaEnforcement: QuotaEnforcement.usagePlan({ resultsCacheTtl: Duration.minutes(5) }),
    });
    hello(api.root);
    new UsageKeyProvisioner(stack, 'Keys', { paywall: api.paywall });
  },

  'every prop': (stack) => {
    const api = new PaidApi(stack, 'Api', {
      plans: PLANS,
      routes: {
        'GET /hello': Route.paid({ cost: 5 }),
        'POST /hello': Route.identified({ scope: 'keys:manage' }),
        'GET /': Route.public(),
      },
      keyPrefix: 'acme_live',
      actionUrls: ACTION_URLS,
      problemTypeBase: 'https://acme.example/problems/{reason}',
      accountTable: new AccountTable(stack, 'Accounts', {
        tableName: 'accounts',
        removalPolicy: RemovalPolicy.DESTROY,
        deletionProtection: false,
        pointInTimeRecovery: false,
        encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
      }),
      credentialSource: CredentialSource.either(),
      leaseDuration: Duration.seconds(0),
      outagePolicy: OutagePolicy.admitKnownPayers(Duration.hours(1), { outageGrace: Duration.minutes(5) }),
      poolKeys: 3,
      logRetention: RetentionDays.ONE_WEEK,
      stageThrottle: { rateLimit: 50, burstLimit: 60 },
      poolThrottle: { rateLimit: 5, burstLimit: 6 },
      forwardCredential: true,
      allowOrigin: 'https://acme.example',
      mediaType: 'application/problem+json',
      retryAfterThrottle: Duration.seconds(2),
      retryAfterFault: Duration.seconds(30),
      restApiProps: {
        restApiName: 'acme',
        defaultCorsPreflightOptions: { allowOrigins: apigateway.Cors.ALL_ORIGINS },
        deployOptions: { stageName: 'v1', variables: { colour: 'blue' }, metricsEnabled: true },
        endpointConfiguration: { types: [apigateway.EndpointType.EDGE] },
      },
    });
    hello(api.root);
    api.paywall.addAccountKey('acme', 'pro');
    const operator = new iam.Role(stack, 'Operator', { assumedBy: new iam.AccountRootPrincipal() });
    api.paywall.grantReadAccounts(operator);
    api.paywall.grantManageAccounts(operator);
  },

  'a paywall around an API that exists': (stack) => {
    const restApi = new apigateway.RestApi(stack, 'Existing', { cloudWatchRole: false });
    hello(restApi.root);
    restApi.root.addProxy({ defaultIntegration: new apigateway.HttpIntegration('https://backend.example') });
    restApi.root.addResource('status').addMethod('GET', mock());
    new Paywall(stack, 'Paywall', {
      restApi,
      plans: PLANS,
      actionUrls: ACTION_URLS,
      routes: { 'GET /status': Route.public() },
      credentialSource: CredentialSource.apiKeyHeader(),
    });
  },

  'the authorizer and the responses alone': (stack) => {
    const restApi = new apigateway.RestApi(stack, 'Existing', {
      cloudWatchRole: false,
      apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
    });
    const authorizer = new SubscriptionAuthorizer(stack, 'Authorizer', {
      plans: PLANS,
      actionUrls: ACTION_URLS,
      authorizerName: 'subscriptions',
    });
    restApi.root.addResource('hello').addMethod('GET', mock(), { authorizer, apiKeyRequired: true });
    new PaymentRequiredResponses(stack, 'Responses', { restApi, actionUrls: ACTION_URLS });
  },
};

function hello(root: apigateway.IResource): void {
  root.addMethod('GET', mock());
  const resource = root.addResource('hello');
  resource.addMethod('GET', mock());
  resource.addMethod('POST', mock());
}

function mock(): apigateway.MockIntegration {
  return new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
    integrationResponses: [{ statusCode: '200' }],
  });
}
