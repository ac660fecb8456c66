import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnParameter, type App, type Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  BillingWebhook,
  PaidApi,
  Plan,
  StripeCheckout,
  type PaidApiProps,
  type StripeCheckoutProps,
  type StripeWebhookOptions,
} from '../../lib';
import { methodsOf, mock, newStack, paywallError, resourcesOf } from '../lib/harness';

const PRO = Plan.paid('pro', { priceIds: ['price_pro'] });

interface Options {
  readonly api?: Partial<PaidApiProps>;
  readonly stripe?: Partial<StripeWebhookOptions>;
  readonly standard?: boolean;
  readonly props?: Partial<StripeCheckoutProps>;
}

function make(
  { api: apiProps, stripe, standard, props }: Options = {},
  stack = newStack(),
): {
  stack: Stack;
  checkout: StripeCheckout;
} {
  const api = new PaidApi(stack, 'Api', { plans: [PRO], ...apiProps });
  api.root.addResource('reports').addMethod('GET', mock());
  const secret = (name: string) => secretsmanager.Secret.fromSecretNameV2(stack, name, name);
  const webhook = new BillingWebhook(stack, 'Billing', {
    paywall: api.paywall,
    ...(standard
      ? { standard: { signingSecrets: [secret('standard')] } }
      : { stripe: { signingSecrets: [secret('signing')], apiKey: secret('key'), ...stripe } }),
  });
  const checkout = new StripeCheckout(stack, 'Checkout', {
    webhook,
    allowedOrigins: ['https://shop.example'],
    returnUrl: 'https://shop.example/account',
    ...props,
  });
  return { stack, checkout };
}

function functionOf(stack: Stack, made: { node: { defaultChild?: unknown } }) {
  const id = stack.getLogicalId(made.node.defaultChild as never);
  return resourcesOf(stack, 'AWS::Lambda::Function').find((one) => one.id === id)!.properties;
}

describe('routes', () => {
  test('three are public, two need the credential', () => {
    const methods = methodsOf(make().stack);
    const open = { AuthorizationType: 'NONE' };
    const guarded = { AuthorizationType: 'CUSTOM', ApiKeyRequired: true };
    expect(methods).toMatchObject({
      'GET /pay': open,
      'POST /pay': open,
      'GET /billing/claim': open,
      'POST /billing/checkout': guarded,
      'POST /billing/portal': guarded,
    });
  });

  test('payment pages need the scope', () => {
    const { stack } = make();
    const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    const told = functions.flatMap(({ Metadata }) => Metadata?.['cdk-api-paywall']?.catalogue?.routes ?? []);
    expect(told).toEqual(
      expect.arrayContaining([
        { pattern: 'GET /pay', routeClass: 'public' },
        { pattern: 'POST /pay', routeClass: 'public' },
        { pattern: 'GET /billing/claim', routeClass: 'public' },
        { pattern: 'POST /billing/checkout', routeClass: 'identified', scope: 'billing' },
        { pattern: 'POST /billing/portal', routeClass: 'identified', scope: 'billing' },
      ]),
    );
  });

  test.each<[string, Partial<StripeCheckoutProps>, readonly [buy: number, signed: number]]>([
    ['each its own', {}, [10, 50]],
    ['as low as one likes', { throttle: { rateLimit: 1, burstLimit: 2 } }, [1, 50]],
    [
      'also of those that ask for something signed',
      { linkThrottle: { rateLimit: 5, burstLimit: 10 } },
      [10, 5],
    ],
  ])('public ones have a lid, %s', (_case, props, [buy, signed]) => {
    const [stage] = resourcesOf(make({ props }).stack, 'AWS::ApiGateway::Stage');
    const lid = (HttpMethod: string, ResourcePath: string, rate: number) =>
      expect.objectContaining({
        HttpMethod,
        ResourcePath,
        ThrottlingRateLimit: rate,
        ThrottlingBurstLimit: 2 * rate,
      });
    expect(stage!.properties.MethodSettings).toEqual(
      expect.arrayContaining([
        lid('POST', '/~1pay', buy),
        lid('GET', '/~1pay', signed),
        lid('GET', '/~1billing~1claim', signed),
      ]),
    );
  });

  test('the path of links can be chosen', () => {
    const { stack } = make({ props: { payPathPart: 'buy' } });
    expect(Object.keys(methodsOf(stack))).toContain('GET /buy');
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ PAY_LINK_PATH: '/buy' }) },
    });
  });
});

test.each<[string, (stack: Stack) => string[]]>([
  ['a parameter', (stack) => [new CfnParameter(stack, 'Site').valueAsString]],
  ['a list', (stack) => new CfnParameter(stack, 'Sites', { type: 'CommaDelimitedList' }).valueAsList],
])('sites may be known at deployment only: %s', (_case, allowedOrigins) => {
  const stack = newStack();
  make(
    {
      api: { actionUrls: { contactSeller: 'https://help.example/{account}' } },
      props: { allowedOrigins: allowedOrigins(stack), cancelUrl: 'https://shop.example/plans' },
    },
    stack,
  );
  expect(() => (stack.node.root as App).synth()).not.toThrow();
});

test('the authorizer makes links with the secret by which sessions are linked, and nobody misses others', () => {
  const { stack } = make({ stripe: {} });
  const [secret] = resourcesOf(stack, 'AWS::SecretsManager::Secret');
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({ PAY_LINK_SECRET: { Ref: secret!.id }, PAY_LINK_PATH: '/pay' }),
    },
  });
  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('noActionUrls'));
});

test('every prop reaches the function', () => {
  const { stack, checkout } = make({
    props: {
      allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
      successUrl: 'https://shop.example/thanks?session={CHECKOUT_SESSION_ID}',
      cancelUrl: 'http://localhost:3000/plans',
      portalConfiguration: 'bpc_1',
      planChangesByLink: false,
      firstKeyScopes: ['billing'],
    },
  });
  const { CHECKOUT_SETTINGS } = functionOf(stack, checkout.handler).Environment.Variables;
  expect(JSON.parse(CHECKOUT_SETTINGS as string)).toEqual({
    allowedOrigins: ['https://shop.example', 'http://localhost:3000'],
    returnUrl: 'https://shop.example/account',
    successUrl: 'https://shop.example/thanks?session={CHECKOUT_SESSION_ID}',
    cancelUrl: 'http://localhost:3000/plans',
    portalConfiguration: 'bpc_1',
    planChangesByLink: false,
    firstKeyScopes: ['billing'],
    claimPath: '/billing/claim',
    payLinkLifetimeMs: 3_600_000,
  });
});

test('the function may read the key and the secrets that link, and items of accounts and customers', () => {
  const { stack } = make();
  const policies = resourcesOf(stack, 'AWS::IAM::Policy');
  const { properties } = policies.find(({ id }) => id.startsWith('CheckoutFunction'))!;
  const actions = (
    properties.PolicyDocument.Statement as { Action: string | string[]; Condition?: object }[]
  ).map(({ Action }) => Action);
  const read = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
  expect(actions).toEqual([
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    read,
    read,
    'events:PutEvents',
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map((name) => `dynamodb:${name}`),
  ]);
});

test('metrics are those of the function', () => {
  const { checkout } = make();
  const metrics = [
    checkout.metricCheckoutOpened(),
    checkout.metricPortalOpened(),
    checkout.metricClaimed(),
    checkout.metricRefused(),
    checkout.metricNotLinked(),
    checkout.metricFault(),
  ];
  expect(metrics.map(({ metricName }) => metricName)).toEqual([
    'CheckoutOpened',
    'PortalOpened',
    'Claimed',
    'Refused',
    'NotLinked',
    'Fault',
  ]);
});

test('an alarm rouses when a payment did not reach its account', () => {
  const { stack, checkout } = make();
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'CdkApiPaywall',
    MetricName: 'NotLinked',
    Dimensions: [{ Name: 'FunctionName', Value: stack.resolve(checkout.handler.functionName) }],
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  expect(stack.resolve(checkout.notLinkedAlarm.alarmArn)).toBeDefined();
});

describe('refuses', () => {
  test.each<[string, Options, string]>([
    ['a webhook without Stripe', { standard: true }, 'CheckoutNeedsApiKey'],
    ['a webhook without API key', { stripe: { apiKey: undefined } }, 'CheckoutNeedsApiKey'],
    ['no site', { props: { allowedOrigins: [] } }, 'AllowedOriginsEmpty'],
    ['a site with a path', { props: { allowedOrigins: ['https://shop.example/'] } }, 'AllowedOriginInvalid'],
    ['any site', { props: { allowedOrigins: ['*'] } }, 'AllowedOriginInvalid'],
    [
      'a page elsewhere',
      { props: { successUrl: 'https://evil.example/' } },
      'RedirectUrlOutsideAllowedOrigins',
    ],
    ['a path as a page', { props: { cancelUrl: '/plans' } }, 'RedirectUrlOutsideAllowedOrigins'],
    [
      'a link of the catalogue elsewhere',
      { api: { actionUrls: { contactSeller: 'https://help.example/{account}' } } },
      'ActionUrlOutsideAllowedOrigins',
    ],
    ['a path with slashes', { props: { payPathPart: 'a/b' } }, 'PathPartInvalid'],
    ['a lid of nothing', { props: { throttle: { rateLimit: 0, burstLimit: 1 } } }, 'ThrottleNotPositive'],
    ['a lid of no link', { props: { linkThrottle: { rateLimit: 1, burstLimit: 0 } } }, 'ThrottleNotPositive'],
    ['a scope that is none', { props: { firstKeyScopes: ['Keys Manage'] } }, 'RouteScopeInvalid'],
  ])('%s', (_case, options, code) => {
    expect(paywallError(() => make(options)).rules.map((rule) => rule.code)).toContain(code);
  });

  test('everything at once', () => {
    const { rules, constructPath } = paywallError(() =>
      make({ standard: true, props: { allowedOrigins: ['*'], payPathPart: '/' } }),
    );
    expect(constructPath).toBe('Shop/Checkout');
    expect(rules.map(({ code }) => code)).toEqual([
      'CheckoutNeedsApiKey',
      'AllowedOriginInvalid',
      'RedirectUrlOutsideAllowedOrigins',
      'PathPartInvalid',
    ]);
  });

  test('a link whose origin a name could change', () => {
    const api = { actionUrls: { subscribe: 'https://{account}.shop.example/' } };
    expect(paywallError(() => make({ api })).code).toBe('ActionUrlInvalid');
  });
});
